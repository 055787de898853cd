using System.Runtime.CompilerServices;
using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>Twin of <see cref="IClusterNodes"/>.</summary>
public sealed class InMemoryClusterNodes(InMemoryApi api) : IClusterNodes
{
    private IReadOnlyList<ClusterNode> _nodes = [];

    /// <summary>These are the nodes from now on.</summary>
    public void Set(params ClusterNode[] nodes)
    {
        Volatile.Write(ref _nodes, [.. nodes.OrderBy(n => n.Name, StringComparer.Ordinal)]);
        api.Change();
    }

    public async IAsyncEnumerable<IReadOnlyList<ClusterNode>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ClusterNode>? last = null;
        while (true)
        {
            var changed = api.Changed;
            var nodes = Volatile.Read(ref _nodes);
            if (!api.Away && (last is null || !last.SequenceEqual(nodes)))
            {
                last = nodes;
                yield return nodes;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }
}
