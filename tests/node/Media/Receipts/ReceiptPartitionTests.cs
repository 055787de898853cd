using System.Text;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Tests.Devices;
using Handcarry.Hosts.Node.Tests.Media.Volumes;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Receipts;

namespace Handcarry.Hosts.Node.Tests.Media.Receipts;

public sealed class ReceiptPartitionTests : IDisposable
{
    private static readonly ReceiptRequest Request = ReceiptRequest.For(Digest.Of("a bundle"u8));
    private static readonly byte[] Receipt = "{\"payload\":\"of a test\"}"u8.ToArray();

    private readonly TestFolder _folder = new();
    private readonly StickMaker _maker;

    public ReceiptPartitionTests() => _maker = new StickMaker(_folder);

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("ext2")]
    [InlineData("ext4")]
    public async Task What_a_stick_asks_for_is_seen_and_what_is_written_is_there_when_it_is_looked_at_again(string fileSystem)
    {
        await using var stick = await InsertAsync(fileSystem);
        var wish = (await LookAsync(stick.Facts)).Wish;
        Assert.Equal((Request, null), (wish!.Request, wish.Receipt));

        Write(stick.Facts);

        wish = (await LookAsync(stick.Facts)).Wish;
        Assert.Equal((Request, Encoding.UTF8.GetString(Receipt)), (wish!.Request, Encoding.UTF8.GetString(wish.Receipt!.Value.Span)));
        Assert.Equal("1", (await Tool.RunAsync("blockdev", "--getro", stick.Facts.Node)).Trim());
        Write(stick.Facts, "another"u8.ToArray());
        Assert.Equal("another", Encoding.UTF8.GetString((await LookAsync(stick.Facts)).Wish!.Receipt!.Value.Span));
    }

    [SkippableFact]
    public async Task The_file_system_is_left_in_good_order()
    {
        await using var stick = await InsertAsync("ext4");
        Write(stick.Facts);
        Tool.Need("e2fsck");
        // -n: opens it for reading alone, and ends with 0 only when there is nothing to mend and no journal to replay.
        await Tool.RunAsync("e2fsck", "-n", "-f", stick.Facts.Node);
    }

    [SkippableFact]
    public async Task A_label_without_a_request_and_a_request_without_the_label_ask_for_nothing()
    {
        await using (var stick = await InsertAsync("ext4"))
            Assert.Null((await LookAsync(stick.Facts with { Label = "DATA" })).Wish);
        File.Delete(_maker.At(ReceiptRequest.FileName));
        await using (var stick = await Stick.InsertAsync(await _maker.MakeAsync("ext4"), "ext4"))
        {
            var contents = await LookAsync(stick.Facts with { Label = ReceiptRequest.Label });
            Assert.Equal((null, Reasons.InvalidReceipt), (contents.Wish, Assert.Single(contents.Findings).Reason));
        }
    }

    [SkippableTheory]
    [InlineData(ReceiptRequest.FileName)]
    [InlineData(ReceiptRequest.ReceiptFileName)]
    public async Task Links_and_what_is_too_long_ask_for_nothing(string name)
    {
        StickMaker.Need("ext4");
        var secret = _folder.At("secret");
        await File.WriteAllBytesAsync(secret, Request.ToJson());
        await File.WriteAllBytesAsync(_maker.At(ReceiptRequest.FileName), Request.ToJson());
        File.Delete(_maker.At(name));
        File.CreateSymbolicLink(_maker.At(name), secret);
        await using (var stick = await Stick.InsertAsync(await _maker.MakeAsync("ext4"), "ext4"))
            Assert.Null((await LookAsync(stick.Facts with { Label = ReceiptRequest.Label })).Wish);
        File.Delete(_maker.At(name));
        await File.WriteAllTextAsync(_maker.At(name), new string(' ', SignedReceipt.MostBytes + 1));
        await using (var stick = await Stick.InsertAsync(await _maker.MakeAsync("ext4"), "ext4"))
        {
            var contents = await LookAsync(stick.Facts with { Label = ReceiptRequest.Label });
            Assert.Equal((null, Reasons.InvalidReceipt), (contents.Wish, Assert.Single(contents.Findings).Reason));
        }
    }

    [SkippableFact]
    public async Task Links_that_lie_in_the_way_are_replaced_and_what_they_lead_to_stays()
    {
        StickMaker.Need("ext4");
        var secret = _folder.At("secret");
        await File.WriteAllTextAsync(secret, "mine");
        await File.WriteAllBytesAsync(_maker.At(ReceiptRequest.FileName), Request.ToJson());
        File.CreateSymbolicLink(_maker.At(ReceiptRequest.ReceiptFileName), secret);
        File.CreateSymbolicLink(_maker.At(".handcarry-receipt.tmp"), secret);
        await using var stick = await Stick.InsertAsync(await _maker.MakeAsync("ext4"), "ext4");
        var facts = stick.Facts with { Label = ReceiptRequest.Label };
        Write(facts);
        Assert.Equal("mine", await File.ReadAllTextAsync(secret));
        Assert.Equal(Receipt.Length, (await LookAsync(facts)).Wish!.Receipt!.Value.Length);
    }

    [SkippableFact]
    public async Task A_stick_without_room_keeps_what_it_has()
    {
        StickMaker.Need("ext4");
        await File.WriteAllTextAsync(_maker.At(ReceiptRequest.ReceiptFileName), "before");
        await using var stick = await InsertAsync("ext4", megabytes: 8);
        var refused = Assert.Throws<ContentException>(() => Write(stick.Facts, new byte[16 << 20]));
        Assert.Equal((Reasons.ReceiptNotWritten, true), (refused.Reason, refused.Message.Contains("no room", StringComparison.Ordinal)));
        Assert.Equal("before", Encoding.UTF8.GetString((await LookAsync(stick.Facts)).Wish!.Receipt!.Value.Span));
        Write(stick.Facts);
        Assert.Equal(Receipt.Length, (await LookAsync(stick.Facts)).Wish!.Receipt!.Value.Length);
    }

    [SkippableFact]
    public async Task A_switch_against_writing_counts()
    {
        StickMaker.Need("ext4");
        await File.WriteAllBytesAsync(_maker.At(ReceiptRequest.FileName), Request.ToJson());
        await using var disk = await LoopDisk.AttachAsync(await _maker.MakeAsync("ext4"), "--read-only");
        var refused = Assert.Throws<ContentException>(() => Write(FactsOf(disk.Facts)));
        Assert.Equal((Reasons.ReceiptNotWritten, true), (refused.Reason, refused.Message.Contains("protected against writing", StringComparison.Ordinal)));
        // The refusal of writes survives detaching: the next to take the loop device shall not have it.
        await Tool.RunAsync("blockdev", "--setrw", disk.Path);
    }

    [SkippableFact]
    public async Task Another_stick_in_its_place_and_file_systems_that_are_not_for_it_get_nothing()
    {
        await using var stick = await InsertAsync("ext4");
        Skip.If(stick.Facts.DiskSequence is null, "this kernel does not number insertions");
        Assert.Equal(Reasons.ReceiptNotWritten, Assert.Throws<ContentException>(() => Write(stick.Facts with { DiskSequence = stick.Facts.DiskSequence + 1 })).Reason);
        Assert.Equal(Reasons.ReceiptNotWritten, Assert.Throws<ContentException>(() => Write(stick.Facts with { FileSystem = "xfs" })).Reason);
        Assert.Null((await LookAsync(stick.Facts)).Wish!.Receipt);
    }

    /// <summary>The kernel asks the whole disk, too, whether a partition may be written to.</summary>
    [SkippableFact]
    public async Task Of_a_disk_that_is_looked_at_as_well_only_the_partition_is_written_to_and_all_is_refused_afterwards()
    {
        StickMaker.Need("ext4");
        Tool.Need("addpart");
        await File.WriteAllBytesAsync(_maker.At(ReceiptRequest.FileName), Request.ToJson());
        var image = _folder.At("disk.img");
        var own = await File.ReadAllBytesAsync(await _maker.MakeAsync("ext4", 16));
        var bytes = new byte[own.Length + (3 << 20)];
        Random.Shared.NextBytes(bytes);
        own.CopyTo(bytes, 2 << 20);
        await File.WriteAllBytesAsync(image, bytes);
        await using var disk = await LoopDisk.AttachAsync(image);
        await using var partitions = await Partitions.AddAsync(disk, (1, 1), (2, 16));
        var (first, second) = (partitions.Facts(1), partitions.Facts(2) with { FileSystem = "ext4", Label = ReceiptRequest.Label });
        await LookAsync(FactsOf(disk.Facts) with { FileSystem = null });
        await LookAsync(first);
        Assert.Equal(Request, (await LookAsync(second)).Wish!.Request);
        var before = await File.ReadAllBytesAsync(image);

        Write(second);

        Assert.NotNull((await LookAsync(second)).Wish!.Receipt);
        var after = await File.ReadAllBytesAsync(image);
        Assert.True(before.AsSpan(0, 2 << 20).SequenceEqual(after.AsSpan(0, 2 << 20)), "Something before the partition was written to.");
        Assert.True(before.AsSpan(18 << 20).SequenceEqual(after.AsSpan(18 << 20)), "Something behind the partition was written to.");
        foreach (var node in new[] { disk.Path, first.Node, second.Node })
            Assert.Equal("1", (await Tool.RunAsync("blockdev", "--getro", node)).Trim());
    }

    private async Task<WishingStick> InsertAsync(string fileSystem, int megabytes = 64)
    {
        StickMaker.Need(fileSystem);
        await File.WriteAllBytesAsync(_maker.At(ReceiptRequest.FileName), Request.ToJson());
        return new WishingStick(await Stick.InsertAsync(await _maker.MakeAsync(fileSystem, megabytes), fileSystem));
    }

    private async Task<VolumeContents> LookAsync(BlockDeviceFacts device) =>
        await new VolumeReader(new VolumeOptions { MountFolder = _folder.MakeFolder("mounts") }, new BundleLimits(), TimeProvider.System).LookAsync(device, default);

    private void Write(BlockDeviceFacts device, byte[]? receipt = null) => ReceiptPartition.Write(device, receipt ?? Receipt, _folder.MakeFolder("mounts"));

    private static BlockDeviceFacts FactsOf(DeviceFacts found) => new()
    {
        Node = found.Path,
        Major = found.Major,
        Minor = found.Minor,
        Size = found.Size,
        DiskSequence = found.Sequence,
        FileSystem = "ext4",
        Label = ReceiptRequest.Label,
    };

    private sealed class WishingStick(Stick stick) : IAsyncDisposable
    {
        public BlockDeviceFacts Facts { get; } = stick.Facts with { Label = ReceiptRequest.Label };

        public ValueTask DisposeAsync() => stick.DisposeAsync();
    }
}
