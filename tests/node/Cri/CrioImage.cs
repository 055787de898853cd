using Handcarry.Hosts.Node.Cri;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>An image as containers/storage records it.</summary>
/// <param name="Id">64 hex digits.</param>
/// <param name="RecordedName">The name it was imported or pulled by.</param>
/// <param name="Digests">Those of its list and its instance.</param>
/// <param name="Layers">Ids of its layers.</param>
internal sealed record CrioImage(string Id, ImageName RecordedName, IReadOnlyList<Digest> Digests, IReadOnlyList<string> Layers)
{
    /// <summary>An image that nothing else equals, as the runtime would have it after it was pulled by <paramref name="wanted"/>.</summary>
    public static CrioImage Of(WantedImage wanted) => new(
        Digest.Of(System.Text.Encoding.UTF8.GetBytes($"config of {wanted.Instance ?? wanted.Name.Digest}")).Hex,
        wanted.Name,
        [.. wanted.Names.Select(static name => name.Digest)],
        [$"base", $"layer of {wanted.Instance ?? wanted.Name.Digest}"]);

    /// <summary>D1, B: by its id, or by its repository with any of its digests; never under another repository.</summary>
    public bool Answers(string question) =>
        question == Id || (ImageName.TryParse(question, out var name) && name.Repository == RecordedName.Repository && Digests.Contains(name.Digest));
}
