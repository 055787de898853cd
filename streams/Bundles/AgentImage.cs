using System.Text.Json.Serialization;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// The image of Handcarry's own agent, as a bundle carries it: one of its extra images, whose repository says which version it is. So the inventory,
/// and whoever signed it, vouches for the version as well as for the bytes.
/// </summary>
/// <param name="Version">The agent's semantic version, such as <c>0.2.0</c>.</param>
/// <param name="Image">The image by digest, <c>handcarry.dev/agent/VERSION@sha256:...</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record AgentImage(string Version, string Image)
{
    /// <summary>
    /// What the repositories of all agents begin with. They come by bundle alone, by digest; the name is one that PinnedImageSets take, which want a dot in the host and
    /// one component before the last (openshift/api, machineconfiguration/v1/types_pinnedimageset.go).
    /// </summary>
    public const string Repositories = "handcarry.dev/agent/";

    /// <summary>The image of that version and digest.</summary>
    public static ImageName NameOf(string version, Digest digest) => new(Repositories + version, digest);

    /// <summary>Whether an image can be named by this version: semantic, in lower case, and without build metadata, which no repository may have.</summary>
    public static bool IsVersion(string version) => MetadataRules.IsVersion(version) && ImageName.TryParse($"{Repositories}{version}@{Digest.Of([])}", out _);

    /// <summary>The agent among the extra images of a bundle; null when there is none, or more than one.</summary>
    public static AgentImage? Among(IEnumerable<string> extra)
    {
        var found = extra.Select(Of).OfType<AgentImage>().Take(2).ToList();
        return found is [var only] ? only : null;
    }

    /// <summary>The agent that an image is; null for any other image.</summary>
    public static AgentImage? Of(string image) =>
        ImageName.TryParse(image, out var name) && name.Repository.StartsWith(Repositories, StringComparison.Ordinal) && IsVersion(name.Repository[Repositories.Length..])
            ? new AgentImage(name.Repository[Repositories.Length..], image)
            : null;
}
