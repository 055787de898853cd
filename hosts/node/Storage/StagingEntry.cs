using System.Text.Json.Serialization;
using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>A line of the <see cref="StagingJournal"/>.</summary>
/// <param name="Boot">The boot of the machine under which it was written.</param>
/// <param name="Name">An image that has been imported; null when the area was only begun.</param>
/// <param name="MediaType">Of its manifest.</param>
/// <param name="Size">Of its manifest.</param>
internal sealed record StagingEntry(string Boot, string? Name = null, string? MediaType = null, long Size = 0)
{
    public static StagingEntry Of(string boot, StoreImage image) => new(boot, image.Name.ToString(), image.ManifestMediaType, image.ManifestSize);

    /// <summary>The image; null when the line is about none.</summary>
    public StoreImage? Image() => MediaType is not null && ImageName.TryParse(Name, out var name) ? new StoreImage(name, MediaType, Size) : null;
}

/// <summary>How entries are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StagingEntry))]
internal sealed partial class StagingJson : JsonSerializerContext;
