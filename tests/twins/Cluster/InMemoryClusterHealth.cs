using System.Runtime.CompilerServices;
using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>Twin of <see cref="IClusterHealth"/>.</summary>
public sealed class InMemoryClusterHealth(InMemoryApi api) : IClusterHealth
{
    private ClusterHealth _health = ClusterHealth.Bare;

    /// <summary>The cluster is like this from now on.</summary>
    public void Set(ClusterHealth health)
    {
        Volatile.Write(ref _health, health);
        api.Change();
    }

    public async IAsyncEnumerable<ClusterHealth?> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = true;
        ClusterHealth? last = null;
        while (true)
        {
            var changed = api.Changed;
            var health = api.Away ? null : Volatile.Read(ref _health);
            if (first || health != last)
            {
                (first, last) = (false, health);
                yield return health;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }
}
