namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>node</c>: which node this is and where its files are.</summary>
public sealed record NodeOptions
{
    /// <summary><c>node.name</c>, required: the Kubernetes node's name.</summary>
    public required string Name { get; init; }

    /// <summary><c>node.root</c>, default <c>/</c>: the host's root directory as this process sees it, an absolute path.</summary>
    public string Root { get; init; } = "/";

    /// <summary><c>node.state</c>, default <c>/var/lib/handcarry</c>: folder of blobs and journal, as the host sees it (below <see cref="Root"/>).</summary>
    public string State { get; init; } = "/var/lib/handcarry";
}
