using CsCheck;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Streams.Content;
using Handcarry.Twins;

namespace Handcarry.Hosts.Node.Tests.Media.Volumes;

public sealed class ReadAheadStreamTests
{
    private static readonly byte[] Bytes = Make(7_000_123);

    [Fact]
    public async Task Every_byte_comes_in_order_from_pieces_of_any_length()
    {
        await using var stream = Open(Pieces(new MadePart(Bytes[..1_000_001]), new MadePart(Bytes[1_000_001..1_000_002]), new MadePart(Bytes[1_000_002..])));
        var read = new byte[Bytes.Length];
        await stream.ReadExactlyAsync(read);
        Assert.Equal(Bytes, read);
        Assert.Equal(0, await stream.ReadAsync(read));
    }

    [Fact]
    public async Task Any_place_can_be_sought_in_any_order() =>
        await Gen.Select(Gen.Int[0, Bytes.Length], Gen.Int[1, 3_000_000]).Array[1, 12].SampleAsync(
            async reads =>
            {
                await using var stream = Open(Pieces(new MadePart(Bytes[..3_000_001]), new MadePart(Bytes[3_000_001..])));
                foreach (var (at, count) in reads)
                {
                    stream.Position = at;
                    var read = new byte[Math.Min(count, Bytes.Length - at)];
                    await stream.ReadExactlyAsync(read);
                    Assert.True(Bytes.AsSpan(at, read.Length).SequenceEqual(read));
                }
            },
            iter: 20);

    [Fact]
    public async Task What_is_passed_over_is_not_read()
    {
        var part = new MadePart(Bytes);
        await using (var stream = Open(Pieces(part)))
        {
            var header = new byte[512];
            for (var at = 0; at < Bytes.Length - header.Length; at += 1_500_000)
            {
                stream.Position = at;
                await stream.ReadExactlyAsync(header);
                Assert.True(Bytes.AsSpan(at, header.Length).SequenceEqual(header));
            }
        }
        Assert.InRange(part.BytesRead, 5 * 512, 5 * 70_000);
    }

    [Fact]
    public async Task A_bad_block_is_tried_again_and_told_and_everything_around_it_is_read()
    {
        var part = new MadePart(Bytes) { Bad = { 700 } };
        await using var stream = Open(Pieces(part));
        var read = new byte[700 * 4096];
        await stream.ReadExactlyAsync(read);
        Assert.Equal(Bytes[..read.Length], read);
        for (var i = 0; i < 2; i++)
        {
            var failed = await Assert.ThrowsAsync<ContentException>(() => stream.ReadAsync(read).AsTask());
            Assert.Equal((Reasons.ReadFailed, 700 * 4096L, 4096L), (failed.Reason, failed.Offset, failed.Unreadable));
        }
        Assert.True(part.Tries >= 3, $"{part.Tries}");
        stream.Seek(4096, SeekOrigin.Current);
        var rest = new byte[Bytes.Length - (701 * 4096)];
        await stream.ReadExactlyAsync(rest);
        Assert.Equal(Bytes[(701 * 4096)..], rest);
    }

    [Fact]
    public async Task A_device_that_gives_its_end_too_early_was_pulled_out()
    {
        await using var stream = Open(Pieces(new MadePart(Bytes) { Ends = 4096 * 10, IsThere = false }));
        await stream.ReadExactlyAsync(new byte[4096 * 10]);
        var failed = await Assert.ThrowsAsync<ContentException>(() => stream.ReadAsync(new byte[1]).AsTask());
        Assert.Equal((Reasons.ReadFailed, 4096 * 10L, null), (failed.Reason, failed.Offset, failed.Unreadable));
        Assert.Contains("was pulled out at byte 40960", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_fails_and_is_gone_was_pulled_out_and_is_not_tried_again()
    {
        var part = new MadePart(Bytes) { Bad = { 0 }, IsThere = false };
        await using var stream = Open(Pieces(part));
        var failed = await Assert.ThrowsAsync<ContentException>(() => stream.ReadAsync(new byte[1]).AsTask());
        Assert.Null(failed.Unreadable);
        Assert.Contains("was pulled out", failed.Message, StringComparison.Ordinal);
        Assert.Equal(1, part.Tries);
    }

    [Fact]
    public async Task A_file_that_became_shorter_is_told()
    {
        await using var stream = Open(Pieces(new MadePart(Bytes) { Ends = 100 }));
        await stream.ReadExactlyAsync(new byte[100]);
        var failed = await Assert.ThrowsAsync<ContentException>(() => stream.ReadAsync(new byte[1]).AsTask());
        Assert.Contains("ended at byte 100 of 7000123: it was shortened", failed.Message, StringComparison.Ordinal);
        Assert.Null(failed.Unreadable);
    }

    [Fact]
    public async Task A_part_that_is_not_here_is_a_place_to_pass_over()
    {
        var bundle = new PartedBundle("upgrade-a.tar", 1_000_000, Bytes.Length, new Dictionary<long, ReadOnlyMemory<byte>> { [0] = Bytes.AsMemory(0, 5000) });
        var parts = new Dictionary<int, BundlePiece> { [3] = new(0, 1_000_000, "3", new MadePart(Bytes[2_000_000..3_000_000])) };
        await using var stream = Open(bundle.Pieces(parts));
        var read = new byte[1_000_000];
        await stream.ReadExactlyAsync(read.AsMemory(0, 5000));
        Assert.Equal(Bytes[..5000], read[..5000]);
        var missing = await Assert.ThrowsAsync<ContentException>(() => stream.ReadAsync(read).AsTask());
        Assert.Equal((Reasons.PartMissing, 5000L, 995_000L), (missing.Reason, missing.Offset, missing.Unreadable));
        stream.Position += missing.Unreadable!.Value;
        missing = await Assert.ThrowsAsync<ContentException>(() => stream.ReadAsync(read).AsTask());
        Assert.Equal((1_000_000L, 1_000_000L), (missing.Offset, missing.Unreadable));
        stream.Position += missing.Unreadable!.Value;
        await stream.ReadExactlyAsync(read);
        Assert.Equal(Bytes[2_000_000..3_000_000], read);
        stream.Position = Bytes.Length - 1;
        missing = await Assert.ThrowsAsync<ContentException>(() => stream.ReadAsync(read).AsTask());
        Assert.Equal(1L, missing.Unreadable);
        Assert.StartsWith("upgrade-a.tar.008 is not on this medium.", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pieces_of_parts_lie_side_by_side_from_the_first_byte_to_the_last() =>
        Gen.Select(Gen.Long[1, 5000], Gen.Long[1, 40_000], Gen.Select(Gen.Int[0, 40_000], Gen.Int[1, 6000]).Array[0, 5], Gen.Int[1, 12].Array[0, 6]).Sample((size, length, stretches, here) =>
        {
            var parts = here.Distinct().ToDictionary(n => n, n => new BundlePiece(0, Math.Max(1, size - (n % 3)), $"{n}", new MadePart([])));
            var pieces = new PartedBundle("upgrade-a.tar", size, length, stretches.DistinctBy(s => s.Item1).ToDictionary(s => (long)s.Item1, s => (ReadOnlyMemory<byte>)new byte[s.Item2])).Pieces(parts);
            long at = 0;
            foreach (var piece in pieces)
            {
                if (piece.Start != at || piece.Length <= 0)
                    return false;
                at += piece.Length;
            }
            return at == length;
        });

    [Fact]
    public async Task Closing_closes_what_it_reads_from()
    {
        var part = new MadePart(Bytes);
        var stream = Open(Pieces(part));
        await stream.ReadExactlyAsync(new byte[10]);
        await stream.DisposeAsync();
        Assert.True(part.Disposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new byte[10_000_000]).AsTask());
        await stream.DisposeAsync();
    }

    [Fact]
    public void The_speed_is_told_by_the_time_spent_waiting_for_the_medium()
    {
        var time = new ManualTime();
        var told = new List<MediumSpeed>();
        var gauge = new SpeedGauge(time);
        for (var second = 1; second <= 12; second++)
        {
            var start = gauge.Start();
            time.Advance(TimeSpan.FromSeconds(1));
            gauge.Add(start, 8_000_000, second * 8_000_000L);
            if (gauge.Speed is { } speed && !told.Contains(speed))
                told.Add(speed);
            // A pause of the reader is not the medium's.
            time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal([new MediumSpeed(8_000_000, 16_000_000), new MediumSpeed(8_000_000, 96_000_000)], told);
        Assert.Equal(TimeSpan.FromSeconds(48), told[0].Left(400_000_000));
        Assert.Equal(TimeSpan.Zero, told[0].Left(1));
    }

    private static List<BundlePiece> Pieces(params MadePart[] parts)
    {
        var pieces = new List<BundlePiece>();
        long at = 0;
        foreach (var part in parts)
        {
            pieces.Add(new BundlePiece(at, part.Length, "stick", part));
            at += part.Length;
        }
        return pieces;
    }

    private static ReadAheadStream Open(List<BundlePiece> pieces) => new(new BundleBytes(pieces, null), new SpeedGauge(TimeProvider.System));

    private static byte[] Make(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
