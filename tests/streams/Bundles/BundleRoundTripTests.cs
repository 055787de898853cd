using CsCheck;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class BundleRoundTripTests
{
    private static readonly Gen<SampleBundle> Samples =
        from sizes in Gen.Frequency((6, Gen.Int[0, 2000]), (1, Gen.Int[4 << 20, (4 << 20) + 1]), (3, Gen.Int[0, 100_000])).Array[1, 6]
        from images in Gen.Int[0, sizes.Length - 1].Array[0, 5].Array[1, 6]
        from signed in Gen.Bool
        select Make(sizes, images, signed);

    [Fact]
    public void What_was_written_reads_back_over_streams_with_short_reads() =>
        Samples.Sample(
            sample =>
            {
                var contents = sample.Contents();
                var bundle = sample.WriteAsync(contents).GetAwaiter().GetResult();
                var (reader, blobs) = Reading.AllAsync(new ShortReads(bundle, bundle.Length)).GetAwaiter().GetResult();

                Assert.Equal(sample.Blobs.Keys.Where(d => IsUsed(contents, d)).Order(), blobs.Keys.Order());
                Assert.All(blobs, b => Assert.True(b.Value.AsSpan().SequenceEqual(sample.Blobs[b.Key])));
                Assert.Equal(bundle.Length, reader.BytesRead);
                Assert.Equal(contents.Version, reader.Metadata.Version);
                Assert.Equal(contents.Release.ToString(), reader.Metadata.Release);
                Assert.Equal(contents.Images.Select(i => i.Name.ToString()).Distinct().Order(), reader.Metadata.Images.Order());
                Assert.Equal(blobs.Values.Sum(b => (long)b.Length), reader.Metadata.Size);
                Assert.Equal(Digest.Of(reader.InventoryBytes.Span), reader.Metadata.Commitment);
            },
            iter: 12,
            threads: 1);

    [Fact]
    public async Task A_seekable_stream_that_is_only_skipped_over_is_hardly_read()
    {
        var bundle = await SampleBundle.Small().WriteAsync();
        var reader = await BundleReader.OpenAsync(new MemoryStream(bundle), new BundleLimits(), default);
        await reader.ReadInventoryAsync(default);
        while (await reader.NextAsync(default) is not null)
        {
        }
        Assert.True(reader.BytesRead < 30_000, $"{reader.BytesRead} bytes were read.");
    }

    [Fact]
    public async Task An_entry_can_be_read_in_part_skipped_in_part_and_left()
    {
        var sample = SampleBundle.Small();
        var bundle = await sample.WriteAsync();
        foreach (var stream in new Stream[] { new MemoryStream(bundle), new ShortReads(bundle, 7) })
        {
            var reader = await BundleReader.OpenAsync(stream, new BundleLimits(), default);
            await reader.ReadInventoryAsync(default);
            while (await reader.NextAsync(default) is { } entry)
            {
                if (entry.Blob.Size <= 100)
                    continue;
                await entry.SkipAsync(50, default);
                var piece = new byte[3];
                var read = await entry.ReadAsync(piece, default);
                Assert.True(sample.Blobs[entry.Blob.Digest].AsSpan(50, read).SequenceEqual(piece.AsSpan(0, read)));
                Assert.True(bundle.AsSpan((int)entry.Offset + 50, read).SequenceEqual(piece.AsSpan(0, read)));
            }
        }
    }

    private static bool IsUsed(BundleContents contents, Digest digest) =>
        contents.Images.SelectMany(i => i.Manifests.Concat(i.Configs).Concat(i.Layers)).Concat(contents.Signatures).Any(d => d.Digest == digest);

    private static SampleBundle Make(int[] sizes, int[][] images, bool signed)
    {
        var sample = new SampleBundle();
        var layers = sizes.Select((size, i) => sample.Layer(size, i)).ToArray();
        for (var i = 0; i < images.Length; i++)
            sample.Image($"image-{i}", [.. images[i].Select(l => layers[l])]);
        if (signed)
            sample.Sign(123);
        return sample;
    }
}
