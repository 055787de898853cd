using CsCheck;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Devices;

public sealed class DeviceWriterTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public async Task A_bundle_lies_at_the_start_the_ends_are_blank_and_the_middle_is_left_alone() =>
        await Gen.Select(Gen.Int[1, 9 * MiB], Gen.Int[0, 3].Select(i => new[] { 0, 1, 300, 2 * MiB / 512 }[i]), Gen.Bool.Select(large => large ? 4096 : 512)).SampleAsync(
            async (length, spare, block) =>
            {
                var bundle = Bytes(length);
                var device = new MemoryDevice(((length + block - 1) / block * block) + (spare * block), block);
                var (progress, reread) = (new Sum(), new Sum());
                var writer = new DeviceWriter(device, "/dev/x");
                var copy = await writer.WriteAsync(new MemoryStream(bundle), length, progress, default);
                Assert.Equal(length, progress.Total);
                Assert.Equal(Digest.Of(bundle), copy.Digest);
                await new DeviceReadBack(device, "/dev/x").CompareAsync(copy, new MemoryStream(bundle), reread, default);
                Assert.Equal(copy.Pieces.Sum(piece => (long)piece.Length), reread.Total);
                Assert.True(await writer.FinishAsync(copy));

                var end = (length + block - 1) / block * block;
                Assert.True(device.Content.AsSpan(0, length).SequenceEqual(bundle));
                Assert.False(device.Content.AsSpan(length, end - length).ContainsAnyExcept((byte)0));
                var expected = Enumerable.Repeat((byte)0xAA, (int)device.Size).ToArray();
                expected.AsSpan(0, Math.Min(MiB, expected.Length)).Clear();
                expected.AsSpan(Math.Max(0, expected.Length - MiB)).Clear();
                Assert.True(device.Content.AsSpan(end).SequenceEqual(expected.AsSpan(end)));
            },
            iter: 12);

    [Fact]
    public async Task Until_it_is_finished_the_medium_does_not_begin_as_a_bundle_does()
    {
        var device = new MemoryDevice(16 * MiB);
        var bundle = Bytes(9 * MiB);
        var writer = new DeviceWriter(device, "/dev/x");
        var copy = await writer.WriteAsync(new MemoryStream(bundle), bundle.Length, new Sum(), default);
        Assert.False(device.Content.AsSpan(0, 512).ContainsAnyExcept((byte)0));
        Assert.Equal(1, device.Flushes);
        await writer.FinishAsync(copy);
        Assert.True(device.Content.AsSpan(0, bundle.Length).SequenceEqual(bundle));
        Assert.Equal(2, device.Flushes);
    }

    [Fact]
    public async Task Stopped_in_the_middle_the_medium_does_not_begin_as_the_bundle_of_before()
    {
        var device = new MemoryDevice(16 * MiB);
        using var stop = new CancellationTokenSource();
        var bundle = Bytes(13 * MiB);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new DeviceWriter(device, "/dev/x").WriteAsync(new MemoryStream(bundle), bundle.Length, new Sum(_ => stop.Cancel()), stop.Token));
        Assert.False(device.Content.AsSpan(0, 512).ContainsAnyExcept((byte)0));
        Assert.True(device.Content.AsSpan(12 * MiB).IndexOfAnyExcept((byte)0xAA) < 0);
    }

    [Fact]
    public async Task A_write_that_fails_is_told_with_its_offset()
    {
        var device = new MemoryDevice(16 * MiB) { FailsFrom = 9 * MiB };
        var failed = await Assert.ThrowsAsync<ContentException>(() =>
            new DeviceWriter(device, "/dev/x").WriteAsync(new MemoryStream(Bytes(16 * MiB)), 16 * MiB, new Sum(), default));
        Assert.Equal((Reasons.WriteFailed, 8 * MiB), (failed.Reason, failed.Offset));
        Assert.StartsWith("/dev/x could not be written at byte 8388608 of 16777216: Input/output error.", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_that_ends_early_is_told()
    {
        var failed = await Assert.ThrowsAsync<ContentException>(() =>
            new DeviceWriter(new MemoryDevice(16 * MiB), "/dev/x").WriteAsync(new MemoryStream(Bytes(5 * MiB)), 6 * MiB, new Sum(), default));
        Assert.Equal((Reasons.ReadFailed, 4 * MiB), (failed.Reason, failed.Offset));
    }

    [Fact]
    public async Task The_first_byte_that_differs_is_named() =>
        await Gen.Int[512, (6 * MiB) - 1].SampleAsync(
            async at => Assert.Equal(at, (await ReadBackAsync(new MemoryDevice(6 * MiB) { FlippedByte = at }, Bytes(5 * MiB))).Offset),
            iter: 12);

    [Fact]
    public async Task A_medium_with_less_room_than_it_says_is_found_out()
    {
        var differs = await ReadBackAsync(new MemoryDevice(16 * MiB) { RealSize = 8 * MiB }, Bytes(16 * MiB));
        Assert.Equal(DeviceReasons.ReadBackDiffers, differs.Reason);
        Assert.Contains("has less room than it says", differs.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_bundle_that_cannot_be_read_again_the_piece_is_named()
    {
        var bundle = Bytes(5 * MiB);
        var device = new MemoryDevice(8 * MiB) { FlippedByte = (4 * MiB) + 7 };
        var copy = await new DeviceWriter(device, "/dev/x").WriteAsync(new MemoryStream(bundle), bundle.Length, new Sum(), default);
        await using var gone = new System.IO.Compression.GZipStream(new MemoryStream(), System.IO.Compression.CompressionMode.Decompress);
        var differs = await Assert.ThrowsAsync<ContentException>(() => new DeviceReadBack(device, "/dev/x").CompareAsync(copy, gone, new Sum(), default));
        Assert.Equal(4 * MiB, differs.Offset);
        Assert.Contains("first between bytes 4194304 and 5242879 of 8388608", differs.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_medium_that_is_pulled_while_it_is_read_back_is_told()
    {
        var pulled = await ReadBackAsync(new MemoryDevice(8 * MiB) { EndsAt = 6 * MiB }, Bytes(8 * MiB));
        Assert.Equal((DeviceReasons.ReadBackDiffers, 6 * MiB), (pulled.Reason, pulled.Offset));
        Assert.Contains("it was pulled out", pulled.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_block_that_does_not_stay_is_told()
    {
        var device = new MemoryDevice(2 * MiB) { FlippedByte = 100 };
        var writer = new DeviceWriter(device, "/dev/x");
        var copy = await writer.WriteAsync(new MemoryStream(Bytes(MiB)), MiB, new Sum(), default);
        Assert.Equal(100, (await Assert.ThrowsAsync<ContentException>(() => writer.FinishAsync(copy))).Offset);
    }

    private static async Task<ContentException> ReadBackAsync(MemoryDevice device, byte[] bundle)
    {
        var copy = await new DeviceWriter(device, "/dev/x").WriteAsync(new MemoryStream(bundle), bundle.Length, new Sum(), default);
        return await Assert.ThrowsAsync<ContentException>(() => new DeviceReadBack(device, "/dev/x").CompareAsync(copy, new MemoryStream(bundle), new Sum(), default));
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
