using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>Twin of <see cref="IPinnedImageSets"/>: a set for each bundle, pools that refer to sets, and what each node's daemon says.</summary>
public sealed class InMemoryPinnedImageSets(InMemoryApi api) : IPinnedImageSets
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, SortedSet<string>> _pools = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IReadOnlyList<string>> _sets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (HashSet<string> Pinned, string Fault)> _nodes = new(StringComparer.Ordinal);

    /// <summary>Images of the sets, by bundle.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Sets
    {
        get
        {
            lock (_lock)
                return new SortedDictionary<string, IReadOnlyList<string>>(_sets, StringComparer.Ordinal);
        }
    }

    /// <summary>What a pool refers to: bundles, and sets of others by name.</summary>
    public IReadOnlyList<string> References(string pool)
    {
        lock (_lock)
            return [.. _pools[pool]];
    }

    /// <summary>From here on the cluster has the API, and this pool, which refers to these sets of somebody else.</summary>
    public void AddPool(string name, params string[] others)
    {
        lock (_lock)
            _pools[name] = new SortedSet<string>(others, StringComparer.Ordinal);
    }

    /// <summary>The node's daemon reports all the sets that are there as pinned, or why it cannot pin them.</summary>
    public void Report(string node, string fault)
    {
        lock (_lock)
            _nodes[node] = (fault.Length > 0 ? [] : _sets.Keys.ToHashSet(StringComparer.Ordinal), fault);
    }

    public ValueTask<PinnedSets> PinAsync(
        string commitment, IReadOnlyList<string> images, IReadOnlyList<string> nodes, IFence fence, CancellationToken cancellationToken)
    {
        api.Enter(cancellationToken);
        lock (_lock)
        {
            if (_pools.Count == 0)
                return ValueTask.FromResult(new PinnedSets(commitment));
            if (!_sets.ContainsKey(commitment))
                InMemoryApi.Guard(fence);
            _sets[commitment] = [.. images.Order(StringComparer.Ordinal)];
            foreach (var pool in _pools.Values)
                pool.Add(commitment);
            var late = nodes.Where(node => !_nodes.TryGetValue(node, out var daemon) || !daemon.Pinned.Contains(commitment)).ToList();
            var failed = late.Find(node => _nodes.GetValueOrDefault(node).Fault is { Length: > 0 });
            return ValueTask.FromResult(
                failed is not null ? new PinnedSets(commitment, PinnedSets.Failed, $"Node {failed} cannot pin the images: {_nodes[failed].Fault}")
                : late.Count > 0 ? new PinnedSets(commitment, PinnedSets.Waiting, $"{string.Join(", ", late)} has not reported.")
                : new PinnedSets(commitment));
        }
    }

    public ValueTask KeepOnlyAsync(string commitment, IFence fence, CancellationToken cancellationToken) =>
        RemoveAsync(set => set != commitment, fence, cancellationToken);

    public ValueTask DropAsync(string commitment, IFence fence, CancellationToken cancellationToken) =>
        RemoveAsync(set => set == commitment, fence, cancellationToken);

    private ValueTask RemoveAsync(Predicate<string> isDropped, IFence fence, CancellationToken cancellationToken)
    {
        api.Enter(cancellationToken);
        lock (_lock)
        {
            foreach (var set in _sets.Keys.Where(set => isDropped(set)).ToList())
            {
                InMemoryApi.Guard(fence);
                foreach (var pool in _pools.Values)
                    pool.Remove(set);
                _sets.Remove(set);
            }
        }
        return ValueTask.CompletedTask;
    }
}
