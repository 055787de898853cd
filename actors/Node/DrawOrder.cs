using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>
/// In which order a node draws what it lacks, so that images become complete, and are imported, as soon as they can. Manifests, configurations and signatures come first; then the
/// layers of the release image, then always those of the image that lacks the fewest bytes, counting what is here and what is drawn before as there; a sealed store comes
/// last. For a node that has nothing this is the order of the inventory (<see cref="BundlePlanner"/>); one with holes fills first what completes an image. Pure.
/// </summary>
internal static class DrawOrder
{
    /// <summary>The place of each blob of the inventory, by index, the lowest first; what is held has one too, and it means nothing.</summary>
    public static int[] Places(BundleInventory inventory, IReadOnlySet<int> held)
    {
        var places = Enumerable.Repeat(int.MaxValue, inventory.Blobs.Count).ToArray();
        var next = 0;
        for (var i = 0; i < places.Length; i++)
        {
            if (!MediaTypes.IsLayer(inventory.Blobs[i].MediaType) && i != inventory.SealedStore)
                places[i] = next++;
        }

        foreach (var layer in LayersInOrder(inventory, held))
            places[layer] = next++;
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] == int.MaxValue && i != inventory.SealedStore)
                places[i] = next++;
        }

        return places;
    }

    private static IEnumerable<int> LayersInOrder(BundleInventory inventory, IReadOnlySet<int> held)
    {
        var users = new Dictionary<int, List<int>>();
        var missing = new long[inventory.Images.Count];
        for (var image = 0; image < missing.Length; image++)
        {
            foreach (var layer in inventory.Images[image].Blobs.Where(blob => MediaTypes.IsLayer(inventory.Blobs[blob].MediaType) && !held.Contains(blob)))
            {
                missing[image] += inventory.Blobs[layer].Size;
                if (!users.TryGetValue(layer, out var images))
                    users[layer] = images = [];
                images.Add(image);
            }
        }

        var waiting = new SortedSet<(long Missing, int Image)>(missing.Select((bytes, image) => (bytes, image)));
        for (var (next, left) = (inventory.Release, missing.Length); left > 0; left--)
        {
            waiting.Remove((missing[next], next));
            foreach (var layer in inventory.Images[next].Blobs)
            {
                if (!users.Remove(layer, out var others))
                    continue;
                yield return layer;
                foreach (var other in others)
                {
                    var waits = waiting.Remove((missing[other], other));
                    missing[other] -= inventory.Blobs[layer].Size;
                    if (waits)
                        waiting.Add((missing[other], other));
                }
            }

            if (waiting.Count > 0)
                next = waiting.Min.Image;
        }
    }
}
