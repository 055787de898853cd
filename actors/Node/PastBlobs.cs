using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>The blobs that only bundles have which the node does not work on any longer, by the inventories among its blobs. What it finds is a matter of minutes at most; what it removes is asked of the state again.</summary>
/// <param name="blobs">The node's blobs.</param>
/// <param name="limits">What an inventory may be at most.</param>
/// <param name="inUse">Whether something besides the agent has the file of a blob in use.</param>
internal sealed class PastBlobs(BlobStore blobs, BundleLimits limits, Func<Digest, bool> inUse)
{
    private Weight _spare = new("", 0);

    /// <summary>Finds the blobs of some bundles that are here and that no bundle has that stays.</summary>
    public async Task<Found> FindAsync(IReadOnlyList<string> going, NodeState state)
    {
        List<string> staying = [.. StayingOf(state).Where(commitment => !going.Contains(commitment))];
        var found = new Dictionary<string, IReadOnlyList<Digest>>(StringComparer.Ordinal);
        try
        {
            var kept = staying.Select(Digest.Parse).ToHashSet();
            foreach (var commitment in kept.ToList())
                kept.UnionWith(await OfAsync(commitment));
            foreach (var inventory in going.Select(Digest.Parse))
            {
                // The inventory last, as nothing tells of the others without it; when it is gone, so are they.
                found[inventory.ToString()] = blobs.Contains(inventory) ? [.. (await OfAsync(inventory)).Append(inventory).Where(digest => !kept.Contains(digest) && blobs.Contains(digest))] : [];
            }
        }
        catch (ContentException)
        {
            // What the bundles have cannot be told, with an inventory damaged or not here yet: then everything stays.
            found.Clear();
        }
        return new Found(staying, found);
    }

    /// <summary>Removes what was found, but for what is in use, and unless the node has turned to another bundle since.</summary>
    /// <returns>The bundles of which nothing is left.</returns>
    public IReadOnlyList<NodeEvent.Freed> Remove(Found found, NodeState state)
    {
        if (!StayingOf(state).Except(found.Blobs.Keys).All(found.Staying.Contains))
            return [];
        var past = state.Past.Select(static bundle => bundle.Bundle.Commitment).ToHashSet(StringComparer.Ordinal);
        return [.. found.Blobs.Where(bundle => past.Contains(bundle.Key) && RemoveAll(bundle.Key, bundle.Value)).Select(static bundle => new NodeEvent.Freed(bundle.Key))];
    }

    /// <summary>Bytes that would be free besides if there were too little room.</summary>
    public async Task<long> SpareAsync(NodeState state)
    {
        List<string> going = [.. Retention.Spare(state).Select(static bundle => bundle.Bundle.Commitment)];
        if (going.Count == 0)
            return 0;
        var key = string.Join(' ', [.. going, "", .. StayingOf(state)]);
        var spare = _spare;
        if (spare.Of != key)
        {
            var found = await FindAsync(going, state);
            _spare = spare = new Weight(key, found.Blobs.Values.SelectMany(static digests => digests).Distinct().Where(digest => !inUse(digest)).Sum(digest => blobs.SizeOf(digest) ?? 0));
        }
        return spare.Bytes;
    }

    /// <summary>Removes the layers of the bundle that is worked on, but for what is in use and what another bundle has that stays.</summary>
    /// <returns>Which ones are gone: none when what other bundles have cannot be told.</returns>
    public async Task<NodeEvent.LayersFreed> RemoveLayersAsync(NodeWork work, NodeState state)
    {
        var inventory = work.Inventory!;
        try
        {
            var kept = new HashSet<Digest>();
            foreach (var other in state.Past.Select(static past => Digest.Parse(past.Bundle.Commitment)).Where(blobs.Contains))
                kept.UnionWith(await OfAsync(other));
            var going = Enumerable.Range(0, inventory.Blobs.Count).Where(i => MediaTypes.IsLayer(inventory.Blobs[i].MediaType) && !kept.Contains(inventory.Blobs[i].Digest) && !inUse(inventory.Blobs[i].Digest)).ToList();
            going.ForEach(i => blobs.Delete(inventory.Blobs[i].Digest));
            return new NodeEvent.LayersFreed(work.Bundle.Commitment, [.. going.Where(i => !blobs.Contains(inventory.Blobs[i].Digest))]);
        }
        catch (ContentException)
        {
            return new NodeEvent.LayersFreed(work.Bundle.Commitment, []);
        }
    }

    /// <summary>The inventory of a bundle.</summary>
    public async Task<Known> InventoryAsync(string commitment)
    {
        try
        {
            return new Known(Digest.Parse(commitment), await InventoryFile.ReadAsync(blobs, Digest.Parse(commitment), limits, CancellationToken.None));
        }
        catch (ContentException)
        {
            return new Known(default, null);
        }
    }

    private bool RemoveAll(string commitment, IReadOnlyList<Digest> digests)
    {
        var all = true;
        foreach (var digest in digests)
        {
            if (inUse(digest) || (digest.ToString() == commitment && !all))
                all = false;
            else
                blobs.Delete(digest);
        }
        return all;
    }

    private async Task<IEnumerable<Digest>> OfAsync(Digest commitment) =>
        (await InventoryFile.ReadAsync(blobs, commitment, limits, CancellationToken.None)).Blobs.Select(static blob => blob.Digest);

    private static IEnumerable<string> StayingOf(NodeState state) =>
        state.Past.Select(static bundle => bundle.Bundle.Commitment).Concat(state.Work is { } work ? [work.Bundle.Commitment] : []);

    /// <summary>What was found.</summary>
    /// <param name="Staying">The bundles whose blobs were to stay.</param>
    /// <param name="Blobs">By bundle, what goes with it.</param>
    internal sealed record Found(IReadOnlyList<string> Staying, IReadOnlyDictionary<string, IReadOnlyList<Digest>> Blobs);

    /// <summary>A bundle and its inventory; null when it is not here as it should be.</summary>
    internal sealed record Known(Digest Commitment, BundleInventory? Inventory);

    private sealed record Weight(string Of, long Bytes);
}
