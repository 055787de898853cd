using Handcarry.Streams.Bundles;

namespace Handcarry.Actors.Node;

/// <summary>Looks how much room the node has, and whether that is enough for a bundle.</summary>
internal sealed class NodeRoom(NodePorts ports, PastBlobs past)
{
    /// <summary>How much room there is, and of a bundle whose <paramref name="inventory"/> is known how much it still takes.</summary>
    public async Task<Room> LookAsync(NodeState state, string commitment, BundleInventory? inventory)
    {
        try
        {
            var space = await ports.Space(CancellationToken.None) with { Spare = await past.SpareAsync(state) };
            if (inventory is null)
                return new Room(space, null);

            // In this order: what comes in meanwhile makes the need smaller than it was, and never larger.
            var needed = await Task.Run(() => inventory.Blobs.Sum(blob => ports.Blobs.SpaceFor(blob.Digest, blob.Size)));
            return new Room(space, new NodeEvent.SpaceSeen(commitment, needed == 0 ? 0 : needed + ports.ReserveBytes, space.FreeForBlobs));
        }
        catch (Exception e) when (e is IOException or LoadException or UnauthorizedAccessException)
        {
            // Unknown counts as none: a bundle is then refused for this node by name instead of filling its disk. What is under way goes on.
            return new Room(new SpaceFacts(0, 0, true), null);
        }
    }

    /// <summary>How much room there is, and of a bundle whether that is enough.</summary>
    internal sealed record Room(SpaceFacts Space, NodeEvent.SpaceSeen? Seen);
}
