using CsCheck;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class BundleLayoutTests
{
    [Fact]
    public async Task Every_blob_is_where_the_layout_says()
    {
        var sample = SampleBundle.Small();
        var layout = BundleLayout.Of(BundlePlanner.Plan(sample.Contents()));
        var bundle = await sample.WriteAsync();
        Assert.Equal(layout.Length, bundle.Length);
        for (var i = 0; i < layout.Plan.Blobs.Count; i++)
        {
            var blob = layout.Plan.Blobs[i];
            Assert.Equal(layout.HeaderOf(i), bundle.AsSpan((int)layout.OffsetOf(i) - 512, 512));
            Assert.Equal(blob.Digest, Digest.Of(bundle.AsSpan((int)layout.OffsetOf(i), (int)blob.Size)));
        }
    }

    [Fact]
    public void The_front_has_the_same_length_whatever_is_known_last() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, 8], Gen.Int[0, 255]).Sample((unpacked, signatures, seed) =>
        {
            var layout = BundleLayout.Of(BundlePlanner.Plan(SampleBundle.Small().Contents()));
            var chunk = Digest.Of([(byte)seed]);
            var front = layout.Front(
                [.. layout.Plan.Blobs.Select(blob => (IReadOnlyList<Digest>)[.. Enumerable.Repeat(chunk, BlobSpec.ChunkCount(blob.Size))])],
                unpacked,
                _ => [.. Enumerable.Range(0, signatures).Select(i => new EngineerSignature(EngineerSignature.EcdsaP256Sha256, Digest.Of([(byte)i]), new byte[72]))]);
            Assert.Equal(layout.FrontLength, front.Bytes.Length);
            Assert.Equal(unpacked, front.Metadata.UnpackedSize);
            Assert.Equal(signatures, front.Metadata.SignedBy.Count);
        });

    [Fact]
    public void More_signatures_than_there_is_room_for_are_refused()
    {
        var layout = BundleLayout.Of(BundlePlanner.Plan(SampleBundle.Small().Contents()));
        var none = layout.Plan.Blobs.Select(blob => (IReadOnlyList<Digest>)[.. Enumerable.Repeat(Digest.Of([]), BlobSpec.ChunkCount(blob.Size))]).ToList();
        var e = Assert.Throws<ContentException>(() => layout.Front(none, 0, _ =>
            [.. Enumerable.Range(0, 90).Select(i => new EngineerSignature(EngineerSignature.Ed25519, Digest.Of([(byte)i]), new byte[64]))]));
        Assert.Equal(Reasons.LimitExceeded, e.Reason);
    }

    [Fact]
    public async Task A_sealed_store_is_the_last_blob_and_attachments_go_with_the_signatures()
    {
        var sample = SampleBundle.Small();
        var store = sample.Add(Content.Blobs.Bytes(9_000_000, 7), MediaTypes.SealedStore);
        var payload = sample.Add(Content.Blobs.Bytes(50, 8), MediaTypes.OciLayer);
        var manifest = sample.Add(Content.Blobs.Bytes(60, 9), MediaTypes.OciManifest);
        var contents = sample.Contents() with { Store = StoreKind.Sealed, SealedStore = store };
        contents = contents with
        {
            Images = [.. contents.Images.Select(image => image with { Layers = [] })],
            Attachments = [new BundleAttachment(contents.Release, manifest, [payload])],
        };
        var reader = await BundleReader.OpenAsync(new MemoryStream(await sample.WriteAsync(contents)), new BundleLimits(), default);
        var inventory = await reader.ReadInventoryAsync(default);
        Assert.Equal(StoreKind.Sealed, reader.Metadata.Store);
        Assert.Equal(store.Digest, inventory.Blobs[inventory.SealedStore!.Value].Digest);
        Assert.Equal(inventory.Blobs.Count - 1, inventory.SealedStore);
        var attachment = Assert.Single(inventory.Attachments);
        Assert.Equal(manifest.Digest, inventory.Blobs[attachment.Manifest].Digest);
        Assert.Equal([manifest.Digest, payload.Digest], attachment.Blobs.Select(i => inventory.Blobs[i].Digest).OrderBy(d => d != manifest.Digest));
        var entries = 0;
        while (await reader.NextAsync(default) is not null)
            entries++;
        Assert.Equal(inventory.Blobs.Count, entries);
    }

    [Fact]
    public void Contents_that_contradict_their_kind_of_store_are_refused()
    {
        var contents = SampleBundle.Small().Contents();
        Assert.Equal(Reasons.InvalidBundle, Assert.Throws<ContentException>(() => BundlePlanner.Plan(contents with { Store = StoreKind.Sealed })).Reason);
        var store = new Descriptor(MediaTypes.SealedStore, Digest.Of("store"u8), 5);
        Assert.Equal(Reasons.InvalidBundle, Assert.Throws<ContentException>(() => BundlePlanner.Plan(contents with { SealedStore = store })).Reason);
    }
}
