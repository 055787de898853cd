namespace Handcarry.Hosts.Node.Cri;

/// <summary>An image of the runtime.</summary>
/// <param name="Id">Its id, the digest of its configuration.</param>
/// <param name="Names">The names it is known by, with tags and with digests.</param>
/// <param name="Size">Bytes it takes, as the runtime counts them.</param>
/// <param name="Pinned">Whether the kubelet leaves it alone when it makes room.</param>
public sealed record RuntimeImage(string Id, IReadOnlyList<string> Names, long Size, bool Pinned);
