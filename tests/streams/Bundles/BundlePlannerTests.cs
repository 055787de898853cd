using CsCheck;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class BundlePlannerTests
{
    [Fact]
    public void Manifests_configs_and_signatures_come_before_layers()
    {
        var plan = BundlePlanner.Plan(SampleBundle.Small().Contents());
        string[] expected =
        [
            .. Enumerable.Repeat(MediaTypes.OciManifest, 3), .. Enumerable.Repeat(MediaTypes.OciConfig, 3), MediaTypes.ReleaseSignature,
            .. Enumerable.Repeat(MediaTypes.OciLayerGzip, 4),
        ];
        Assert.Equal(expected, plan.Blobs.Select(b => b.MediaType));
        Assert.Equal([6], plan.Signatures);
    }

    [Fact]
    public void The_release_image_is_complete_first_then_what_lacks_the_fewest_bytes()
    {
        var sample = new SampleBundle();
        var basis = sample.Layer(1000, 1);
        sample.Image("release", sample.Layer(5000, 2));
        sample.Image("alone", sample.Layer(900, 3));
        // More bytes in all, but after "small" has brought the base it lacks least.
        sample.Image("small", basis, sample.Layer(100, 4));
        sample.Image("rides along", basis, sample.Layer(300, 5));
        sample.Image("between", sample.Layer(700, 6));
        var contents = sample.Contents();
        var names = contents.Images.Select(i => i.Name.ToString()).ToList();
        var plan = BundlePlanner.Plan(contents);
        Assert.Equal([0, 4, 1, 2, 3], plan.Images.Select(i => names.IndexOf(i.Name)));
    }

    [Fact]
    public void The_order_of_arguments_has_no_influence()
    {
        var sample = SampleBundle.Small();
        sample.Sign(17);
        var contents = sample.Contents();
        var expected = BundlePlanner.Plan(contents);
        Gen.Shuffle(contents.Images.ToArray()).Select(Gen.Int[0, 100]).Sample((images, turn) =>
        {
            var plan = BundlePlanner.Plan(contents with
            {
                Images = [.. images.Select(i => i with { Layers = turn % 2 == 0 ? [.. i.Layers.Reverse()] : i.Layers }), images[turn % images.Length]],
                Signatures = [.. contents.Signatures.Reverse(), contents.Signatures[0]],
                Previous = [.. contents.Previous.Reverse(), contents.Previous[0]],
                Channels = [.. contents.Channels.Reverse()],
            });
            Assert.Equal(expected.Blobs, plan.Blobs);
            Assert.Equal(expected.Images.Select(i => (i.Name, i.Manifest, string.Join(',', i.Blobs))), plan.Images.Select(i => (i.Name, i.Manifest, string.Join(',', i.Blobs))));
            Assert.Equal(expected.Signatures, plan.Signatures);
        });
    }

    [Fact]
    public void Every_image_has_all_its_blobs_and_each_blob_is_planned_once() =>
        Gen.Select(Gen.Int[1, 1000].Array[1, 12], Gen.Int[0, 11].Array[0, 6].Array[1, 12]).Sample((sizes, images) =>
        {
            var sample = SampleOf(sizes, images);
            var plan = BundlePlanner.Plan(sample.Contents());

            Assert.Equal(plan.Blobs.Count, plan.Blobs.Select(b => b.Digest).Distinct().Count());
            var contents = sample.Contents().Images.ToDictionary(i => i.Name.ToString());
            foreach (var image in plan.Images)
            {
                var wanted = contents[image.Name].Manifests.Concat(contents[image.Name].Configs).Concat(contents[image.Name].Layers);
                Assert.Equal(wanted.Select(b => b.Digest).Distinct().Order(), image.Blobs.Select(i => plan.Blobs[i].Digest).Order());
                Assert.Equal(image.Blobs.Order(), image.Blobs);
            }
            // Complete means: all blobs up to there. Images complete in the order in which they are listed.
            Assert.Equal(plan.Images.Select(i => i.Blobs[^1]).Max(), plan.Blobs.Count - 1);
            Assert.Equal(LastLayers(plan).Order(), LastLayers(plan));
        });

    [Fact]
    public void Each_image_behind_the_release_lacks_no_more_than_any_that_comes_after_it() =>
        Gen.Select(Gen.Int[1, 1000].Array[1, 12], Gen.Int[0, 11].Array[0, 6].Array[1, 12]).Sample((sizes, images) =>
        {
            var sample = SampleOf(sizes, images);
            var plan = BundlePlanner.Plan(sample.Contents());
            var there = plan.Images[0].Blobs.ToHashSet();
            Assert.Equal(sample.Contents().Release.ToString(), plan.Images[0].Name);
            foreach (var rest in Enumerable.Range(1, plan.Images.Count - 1).Select(i => plan.Images.Skip(i).ToList()))
            {
                var lacks = rest.ConvertAll(image => image.Blobs.Where(b => !there.Contains(b) && MediaTypes.IsLayer(plan.Blobs[b].MediaType)).Sum(b => plan.Blobs[b].Size));
                Assert.Equal(lacks.Min(), lacks[0]);
                there.UnionWith(rest[0].Blobs);
            }
        });

    [Fact]
    public void One_digest_with_two_sizes_is_refused()
    {
        var sample = SampleBundle.Small();
        var contents = sample.Contents();
        var lie = contents.Images[1] with { Layers = [contents.Images[0].Layers[0] with { Size = 5 }] };
        var e = Assert.Throws<ContentException>(() => BundlePlanner.Plan(contents with { Images = [contents.Images[0], lie], Extra = [] }));
        Assert.Equal(Reasons.InvalidBundle, e.Reason);
    }

    [Fact]
    public void A_release_image_that_is_missing_is_refused()
    {
        var contents = SampleBundle.Small().Contents();
        var e = Assert.Throws<ContentException>(() => BundlePlanner.Plan(contents with { Images = [.. contents.Images.Skip(1)] }));
        Assert.Contains("release image", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_that_of_the_manifest_is_refused()
    {
        var contents = SampleBundle.Small().Contents();
        var renamed = contents.Images[1] with { Name = contents.Images[2].Name };
        Assert.Throws<ContentException>(() => BundlePlanner.Plan(contents with { Images = [contents.Images[0], renamed], Extra = [] }));
    }

    // Per image the last of its blobs that no earlier image has brought.
    private static List<int> LastLayers(BundlePlan plan)
    {
        var firstLayer = plan.Blobs.TakeWhile(b => b.MediaType != MediaTypes.OciLayerGzip).Count();
        var last = new List<int>();
        var reached = firstLayer - 1;
        foreach (var image in plan.Images)
        {
            reached = Math.Max(reached, image.Blobs[^1]);
            last.Add(reached);
            Assert.True(image.Blobs[^1] <= reached);
        }
        return last;
    }

    private static SampleBundle SampleOf(int[] sizes, int[][] images)
    {
        var sample = new SampleBundle();
        var layers = sizes.Select((size, i) => sample.Layer(size, i)).ToArray();
        for (var i = 0; i < images.Length; i++)
            sample.Image($"image-{i}", [.. images[i].Select(l => layers[l % layers.Length])]);
        return sample;
    }
}
