using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>An image of a bundle, as the runtime will be asked for it.</summary>
/// <param name="Name">Its name in the release: by the digest of its manifest, or of the list it is in.</param>
/// <param name="Instance">The digest of this node's manifest when <paramref name="Name"/> is by a list; otherwise null.</param>
public sealed record WantedImage(ImageName Name, Digest? Instance = null)
{
    /// <summary>Both names, or the one.</summary>
    public IReadOnlyList<ImageName> Names => Instance is { } instance ? [Name, Name with { Digest = instance }] : [Name];
}
