using System.Text.Json.Serialization;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>What has been pulled for bundles, as it is on disk.</summary>
/// <param name="Format">1.</param>
/// <param name="Published">The generation that counts; null before there was one.</param>
/// <param name="Generations">All that are known, the one that was begun last at the end.</param>
internal sealed record PullRecord(int Format, string? Published, IReadOnlyList<PulledGeneration> Generations)
{
    public static PullRecord Empty { get; } = new(1, null, []);
}

/// <summary>The images of a generation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="WasPublished">Whether it ever counted: then containers may use it, and it goes only when later ones have taken its place.</param>
/// <param name="Images">Its images.</param>
internal sealed record PulledGeneration(string Name, bool WasPublished, IReadOnlyList<PulledImage> Images);

/// <summary>An image.</summary>
/// <param name="Name">By the digest of the release.</param>
/// <param name="Names">All names that it is pulled by.</param>
/// <param name="Ours">Whether the runtime did not have it before.</param>
/// <param name="Done">Whether it was there, on the disk, when its import returned.</param>
internal sealed record PulledImage(string Name, IReadOnlyList<string> Names, bool Ours, bool Done);

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PullRecord))]
internal sealed partial class PullJson : JsonSerializerContext;
