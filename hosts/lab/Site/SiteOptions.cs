using Handcarry.Lab.Operator;

namespace Handcarry.Lab.Site;

/// <summary>What site to start.</summary>
internal sealed record SiteOptions
{
    /// <summary>How many nodes, one agent each.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>The agent's program.</summary>
    public string Agent { get; init; } = AgentProgram.Find();

    /// <summary>Other programs of the agents of some nodes, by the node's name.</summary>
    public IReadOnlyDictionary<string, string> Agents { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of every agent besides the lab's own, over which they win, as in <c>limits.parallelDraws</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>What is done to a node before its agent starts.</summary>
    public Func<SiteNode, CancellationToken, Task> Prepare { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>How the nodes' images are seen from outside; as the container tools see the published stores, unless another runtime has them.</summary>
    public Func<IReadOnlyList<SiteNode>, INodeStores> Stores { get; init; } = static nodes => new PublishedStores(nodes);

    /// <summary>Bytes a second of each node's link in each direction, 0 for unlimited; null leaves all nodes on the loopback address, without links.</summary>
    public long? Link { get; init; }

    /// <summary>Whether the folder stays when the site ends.</summary>
    public bool KeepFolder { get; init; }

    /// <summary>These options, or an exception that names the option at fault.</summary>
    public SiteOptions Validated() =>
        Nodes is >= 1 and <= 50 ? this : throw new ArgumentException($"--nodes must be 1 to 50, not {Nodes}.");
}
