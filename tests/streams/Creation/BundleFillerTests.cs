using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;
using Handcarry.Streams.Tests.Bundles;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Creation;

public sealed class BundleFillerTests
{
    private static readonly SampleBundle Sample = SampleBundle.Small();
    private static readonly BundleLayout Layout = BundleLayout.Of(BundlePlanner.Plan(Sample.Contents()));
    private static readonly Descriptor Layer = Layout.Plan.Blobs.First(static blob => MediaTypes.IsLayer(blob.MediaType));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Layers_that_are_named_are_measured_and_the_rest_is_only_fetched(bool looked)
    {
        using var folder = new TempFolder();
        using var draft = BundleDraft.Open(folder.Path, Layout, null);
        // The sample's layers are no archives: decompressed they are what they are.
        var unpacked = await Filler(draft, looked ? Layer.Digest : null).FillAsync(3, default);
        Assert.Equal(Layer.Size, unpacked);
        Assert.All(Enumerable.Range(0, Layout.Plan.Blobs.Count), i => Assert.True(draft.IsStored(i)));
        Assert.Equal(Layer.Size, await Filler(draft, looked ? Layer.Digest : null, static _ => throw new InvalidOperationException("All of it is here.")).FillAsync(3, default));
    }

    [Fact]
    public async Task A_layer_that_is_not_what_the_configuration_says_is_told_with_its_image()
    {
        using var folder = new TempFolder();
        using var draft = BundleDraft.Open(folder.Path, Layout, null);
        var e = await Assert.ThrowsAsync<ContentException>(() => Filler(draft, Digest.Of("other"u8)).FillAsync(3, default));
        Assert.Equal((Reasons.InvalidImage, Layer.Digest), (e.Reason, e.Digest));
        Assert.Contains(SampleBundle.Repository, e.Message, StringComparison.Ordinal);
    }

    private static BundleFiller Filler(BundleDraft draft, Digest? diffId, Func<Digest, Stream>? open = null) =>
        new(draft, new LocalOrigin(open ?? Sample.Open), new Dictionary<Digest, Digest?> { [Layer.Digest] = diffId });
}
