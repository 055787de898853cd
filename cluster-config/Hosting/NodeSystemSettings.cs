namespace Handcarry.ClusterConfig.Hosting;

/// <summary>What a node's actor system needs to know that is no setting of the user's.</summary>
public sealed record NodeSystemSettings
{
    /// <summary>Names of cluster singletons; others may select their managers and the singletons below them.</summary>
    public IReadOnlyList<string> Singletons { get; init; } = [SystemNames.Supervisor];

    /// <summary>Further actor paths (<c>/user/...</c>) that others may reach by selection. References need no entry.</summary>
    public IReadOnlyList<string> SelectionPaths { get; init; } = [];

    /// <summary>
    /// Whether the process ends when the actor system does, as it does when the node is downed by the others: the service manager starts it anew.
    /// Off where several systems share a process.
    /// </summary>
    public bool EndProcess { get; init; } = true;
}
