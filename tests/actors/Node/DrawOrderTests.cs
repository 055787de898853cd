using CsCheck;
using Handcarry.Actors.Node;
using Handcarry.Actors.Tests.Scenarios;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Bundles;

namespace Handcarry.Actors.Tests.Node;

public sealed class DrawOrderTests
{
    /// <summary>Bundles as the planner makes them, and what of it a node has: runs and holes.</summary>
    private static readonly Gen<(BundleInventory Inventory, HashSet<int> Held)> AnyNode =
        from sizes in Gen.Int[1, 1000].Array[1, 12]
        from images in Gen.Int[0, 11].Array[0, 6].Array[1, 10]
        from bits in Gen.Bool.Array[64]
        select Node(sizes, images, bits);

    [Fact]
    public void A_node_that_has_nothing_draws_in_the_order_of_the_bundle() =>
        AnyNode.Sample(node => Assert.Equal(Enumerable.Range(0, node.Inventory.Blobs.Count), Order(node.Inventory, [])));

    [Fact]
    public void Everything_that_is_lacking_has_one_place() =>
        AnyNode.Sample(node => Assert.Equal(Lacking(node.Inventory, node.Held).Order(), Order(node.Inventory, node.Held).Order()));

    [Fact]
    public void Behind_the_release_image_no_other_image_could_be_complete_with_fewer_bytes() =>
        AnyNode.Sample(node =>
        {
            var (inventory, have) = (node.Inventory, node.Held.ToHashSet());
            have.UnionWith(Lacking(inventory, have).Where(blob => !MediaTypes.IsLayer(inventory.Blobs[blob].MediaType)));
            have.UnionWith(inventory.Images[inventory.Release].Blobs);
            var order = Order(inventory, node.Held).Where(blob => !have.Contains(blob)).ToList();
            while (order.Count > 0)
            {
                // The dumb way: look at all images which one lacks least.
                var least = inventory.Images.Select(image => Missing(inventory, image, have)).Where(bytes => bytes > 0).Min();
                var drawn = order.TakeWhile((_, i) => !Completes(inventory, have, order.Take(i))).ToList();
                Assert.Equal(least, drawn.Sum(blob => inventory.Blobs[blob].Size));
                have.UnionWith(drawn);
                order = order[drawn.Count..];
            }
        });

    [Fact]
    public void What_has_come_meanwhile_changes_nothing_for_the_rest() =>
        Gen.Select(AnyNode, Gen.Int[0, 40]).Sample((node, count) =>
        {
            var order = Order(node.Inventory, node.Held);
            Assert.Equal(order.Skip(count), Order(node.Inventory, [.. node.Held, .. order.Take(count)]).Where(blob => !order.Take(count).Contains(blob)));
        });

    [Fact]
    public void A_hole_that_keeps_an_image_from_being_complete_is_filled_before_what_completes_nothing_soon()
    {
        // Blobs 0 to 2 are manifests, 3 is a layer that all images share, 4 to 6 are one layer of each, the later the larger.
        var inventory = Bundles.Inventory(
            [.. Enumerable.Range(0, 7).Select(i => new InventoryBlob(i < 3 ? MediaTypes.OciManifest : MediaTypes.OciLayerGzip, Digest.Of([(byte)i]), 100 * (i + 1), []))],
            [.. Enumerable.Range(0, 3).Select(i => new InventoryImage($"quay.io/a/b@{Digest.Of([(byte)i])}", i, [i, 3, 4 + i]))]);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Order(inventory, []));
        Assert.Equal([3, 5], Order(inventory, [0, 1, 2, 4, 6]));
        Assert.Equal([1, 6, 5], Order(inventory with { Blobs = [.. inventory.Blobs.Select((blob, i) => i == 6 ? blob with { Size = 1 } : blob)] }, [0, 2, 3, 4]));
    }

    private static List<int> Order(BundleInventory inventory, HashSet<int> held)
    {
        var places = DrawOrder.Places(inventory, held);
        return [.. Lacking(inventory, held).OrderBy(blob => places[blob])];
    }

    private static IEnumerable<int> Lacking(BundleInventory inventory, HashSet<int> held) => Enumerable.Range(0, inventory.Blobs.Count).Where(blob => !held.Contains(blob));

    private static long Missing(BundleInventory inventory, InventoryImage image, HashSet<int> have) => image.Blobs.Where(blob => !have.Contains(blob)).Sum(blob => inventory.Blobs[blob].Size);

    private static bool Completes(BundleInventory inventory, HashSet<int> have, IEnumerable<int> drawn)
    {
        HashSet<int> then = [.. have, .. drawn];
        return inventory.Images.Any(image => Missing(inventory, image, have) > 0 && Missing(inventory, image, then) == 0);
    }

    private static (BundleInventory Inventory, HashSet<int> Held) Node(int[] sizes, int[][] images, bool[] held)
    {
        var sample = new SampleBundle();
        var layers = sizes.Select((size, i) => sample.Layer(size, i)).ToArray();
        for (var i = 0; i < images.Length; i++)
            sample.Image($"image-{i}", [.. images[i].Select(l => layers[l % layers.Length])]);
        var contents = sample.Contents();
        var plan = BundlePlanner.Plan(contents);
        var inventory = Bundles.Inventory([.. plan.Blobs.Select(blob => new InventoryBlob(blob.MediaType, blob.Digest, blob.Size, []))], plan.Images);
        return (
            inventory with { Release = plan.Images.ToList().FindIndex(image => image.Name == contents.Release.ToString()) },
            [.. Enumerable.Range(0, plan.Blobs.Count).Where(blob => held[blob % held.Length])]);
    }
}
