using CsCheck;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Bundles.Verification;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles.Verification;

public sealed class BundleVerifierTests : IDisposable
{
    private readonly Verifying _verifying = new();

    public void Dispose() => _verifying.Dispose();

    [Fact]
    public async Task A_sound_bundle_has_no_violations_and_what_is_left_out_is_noted()
    {
        var bundle = await new SoundBundle().WriteAsync();

        var result = await _verifying.RunAsync(bundle);

        Assert.Empty(result.Violations);
        Assert.Equal(
            ["Not all instances of all lists are here. Left out: linux/arm64/v8 (1).", "The bundle has no signature of its release: a cluster takes it only by force."],
            result.Notes);
        Assert.Equal((bundle.Length, Digest.Of(bundle)), (result.BytesRead, result.Sha256));
    }

    [Fact]
    public async Task Blobs_of_many_chunks_are_sound_too()
    {
        var told = default(BundleProgress);
        _verifying.Options = _verifying.Options with { Progress = new Listener(progress => told = progress) };
        var bundle = await new SoundBundle(9_000_000).WriteAsync();
        Assert.Empty((await _verifying.RunAsync(bundle)).Violations);
        Assert.Equal(new BundleProgress(bundle.Length, bundle.Length), told);
    }

    [Fact]
    public async Task Any_changed_byte_behind_the_metadata_is_found()
    {
        var bundle = await new SoundBundle().WriteAsync();
        var from = 512 + BundleMetadataLength(bundle);
        await Gen.Select(Gen.Int[from, bundle.Length - 1], Gen.Int[1, 255]).SampleAsync(
            async (at, change) =>
            {
                var changed = bundle.ToArray();
                changed[at] ^= (byte)change;
                using var verifying = new Verifying();
                var result = await verifying.RunAsync(changed);
                Assert.NotEmpty(result.Violations);
                Assert.All(result.Violations, v => Assert.NotEmpty(v.Sentence));
                // It is told by its place, at the latest where the damaged thing starts.
                Assert.Contains(result.Violations, v => v.Offset is null || v.Offset <= at);
            },
            iter: 400,
            threads: 1);
    }

    [Fact]
    public async Task With_checksums_any_changed_byte_is_found()
    {
        var bundle = await new SoundBundle().WriteAsync();
        _verifying.Options = _verifying.Options with { Checksums = Of(bundle) };
        Assert.Empty((await _verifying.RunAsync(bundle)).Violations);
        await Gen.Select(Gen.Int[0, 512 + BundleMetadataLength(bundle)], Gen.Int[1, 255]).SampleAsync(
            async (at, change) =>
            {
                var changed = bundle.ToArray();
                changed[at] ^= (byte)change;
                using var verifying = new Verifying { Options = _verifying.Options };
                Assert.NotEmpty((await verifying.RunAsync(changed)).Violations);
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public async Task A_bundle_that_is_cut_off_anywhere_is_found()
    {
        var bundle = await new SoundBundle().WriteAsync();
        await Gen.Int[0, bundle.Length - 1].SampleAsync(
            async length =>
            {
                using var verifying = new Verifying();
                var violations = (await verifying.RunAsync(bundle[..length])).Violations;
                Assert.Contains(violations, v => v.Reason is Reasons.ReadFailed or Reasons.NotABundle);
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public async Task All_of_several_damages_are_found_each_at_its_place()
    {
        var sound = new SoundBundle(9_000_000);
        var bundle = await sound.WriteAsync();
        var layout = BundleLayout.Of(sound.Plan());
        var blobs = layout.Plan.Blobs.Count;
        var largest = Enumerable.Range(0, blobs).MaxBy(i => layout.Plan.Blobs[i].Size);
        long[] places =
        [
            layout.FrontLength + 20, // the header of the first blob
            layout.OffsetOf(1), // a manifest
            layout.OffsetOf(2) - 512 - 1, // the padding before the next header
            layout.OffsetOf(largest) + 1, // the first chunk
            layout.OffsetOf(largest) + (2L * BlobSpec.ChunkSize), // the third
            bundle.Length - 1,
        ];
        foreach (var place in places)
            bundle[place] ^= 1;

        var result = await _verifying.RunAsync(bundle);

        Assert.Equal(
            [
                (Reasons.InvalidBundle, places[0]),
                (Reasons.DigestMismatch, places[1]),
                (Reasons.InvalidBundle, places[2]),
                (Reasons.DigestMismatch, layout.OffsetOf(largest)),
                (Reasons.DigestMismatch, places[4]),
                (Reasons.InvalidBundle, places[5]),
            ],
            result.Violations.Select(v => (v.Reason, v.Offset!.Value)));
        Assert.Equal(layout.Plan.Blobs[largest].Digest, result.Violations[4].Blob);
        Assert.Equal(sound.Contents.Images[1].Name.ToString(), result.Violations[4].Image);
    }

    [Fact]
    public async Task Places_that_cannot_be_read_are_passed_over_and_the_rest_is_judged()
    {
        var sound = new SoundBundle(9_000_000);
        var bundle = await sound.WriteAsync();
        var layout = BundleLayout.Of(sound.Plan());
        var largest = Enumerable.Range(0, layout.Plan.Blobs.Count).MaxBy(i => layout.Plan.Blobs[i].Size);
        var bad = layout.OffsetOf(largest) + 3_000_000;
        bundle[layout.OffsetOf(largest) + (2L * BlobSpec.ChunkSize)] ^= 1;
        bundle[^1] ^= 1;

        var result = await _verifying.RunAsync(bundle, (at, length) => at <= bad && bad < at + length ? Failure(at) : null);

        Assert.Equal([Reasons.ReadFailed, Reasons.DigestMismatch, Reasons.InvalidBundle], result.Violations.Select(v => v.Reason));
        Assert.InRange(result.Violations[0].Offset!.Value, bad - (64 << 10), bad);
        Assert.Equal(layout.Plan.Blobs[largest].Digest, result.Violations[0].Blob);
        Assert.Null(result.Sha256);
    }

    [Fact]
    public async Task A_medium_that_gives_nothing_any_more_is_given_up()
    {
        var bundle = await new SoundBundle(40_000_000).WriteAsync();
        var reads = 0;

        var result = await _verifying.RunAsync(bundle, (at, _) => at >= 5 << 20 && reads++ >= 0 ? Failure(at) : null);

        Assert.All(result.Violations, v => Assert.Equal(Reasons.ReadFailed, v.Reason));
        Assert.Equal(2, result.Violations.Count);
        Assert.InRange(reads, 1, 300);
    }

    [Fact]
    public async Task What_follows_the_end_is_ignored_unless_there_are_checksums()
    {
        var bundle = await new SoundBundle().WriteAsync();
        byte[] longer = [.. bundle, 1, 2, 3];
        var result = await _verifying.RunAsync(longer);
        Assert.Empty(result.Violations);
        Assert.Equal(Digest.Of(bundle), result.Sha256);

        _verifying.Options = _verifying.Options with { Checksums = Of(longer) };
        Assert.Empty((await _verifying.RunAsync(longer)).Violations);
        _verifying.Options = _verifying.Options with { Checksums = Of(bundle) };
        Assert.Equal(Reasons.DigestMismatch, Assert.Single((await _verifying.RunAsync(longer)).Violations).Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(600)]
    public async Task Without_metadata_or_inventory_it_stops(int at)
    {
        var bundle = await new SoundBundle().WriteAsync();
        bundle[at] ^= 1;
        var result = await _verifying.RunAsync(bundle);
        Assert.Single(result.Violations);
        Assert.Null(result.Bundle);
    }

    private static ContentException Failure(long at) => new(Reasons.ReadFailed, "An emulated failure.") { Offset = at };

    private static Sha256File Of(byte[] bundle) => new("a.tar", Digest.Of(bundle), [new FileSha256("a.tar", Digest.Of(bundle))]);

    private static int BundleMetadataLength(byte[] bundle) => Convert.ToInt32(System.Text.Encoding.ASCII.GetString(bundle, 124, 11), 8);

    private sealed class Listener(Action<BundleProgress> report) : IProgress<BundleProgress>
    {
        public void Report(BundleProgress value) => report(value);
    }
}
