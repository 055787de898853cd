namespace Handcarry.Hosts.Node.Cri;

/// <summary>How images are pulled by the runtime.</summary>
public sealed record ImagePullOptions
{
    /// <summary>Pulls at the same time, 1 or more. Unpacking takes a core each (reference/container-storage.md section F), and a node has other work.</summary>
    public int Parallel { get; init; } = 2;

    /// <summary>Bytes that stay free on the file system of the runtime's images.</summary>
    public long ReservedBytes { get; init; } = 1L << 30;
}
