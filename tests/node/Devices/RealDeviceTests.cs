using Handcarry.Hosts.Node.Devices;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Devices;

/// <summary>The same on real block devices. Loop devices are not removable, so they show the override as well.</summary>
public sealed class RealDeviceTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("512")]
    [InlineData("4096")]
    public async Task A_bundle_is_written_read_back_and_nothing_but_it_is_left_at_the_ends(string sectorSize)
    {
        LoopDisk.Need();
        await using var disk = await LoopDisk.AttachAsync(Image(24 * MiB, 0xAA), "--sector-size", sectorSize);
        var facts = disk.Facts;
        Assert.Equal((24 * MiB, int.Parse(sectorSize), false, "virtual"), (facts.Size, facts.BlockSize, facts.Removable, facts.Bus));
        Assert.Equal([DeviceReasons.DeviceFixed], DeviceRules.Refusals(facts, 24 * MiB, evenIfFixed: false).Select(refusal => refusal.Reason));
        Assert.Empty(DeviceRules.Refusals(facts, 24 * MiB, evenIfFixed: true));

        var bundle = Bytes((9 * MiB) + 512);
        using (var device = RawDevice.Open(facts))
        {
            var writer = new DeviceWriter(device, disk.Path);
            var copy = await writer.WriteAsync(new MemoryStream(bundle), bundle.Length, new Sum(), default);
            await new DeviceReadBack(device, disk.Path).CompareAsync(copy, new MemoryStream(bundle), new Sum(), default);
            Assert.True(await writer.FinishAsync(copy));
        }
        var content = await File.ReadAllBytesAsync(disk.Image);
        Assert.True(content.AsSpan(0, bundle.Length).SequenceEqual(bundle));
        Assert.False(content.AsSpan(23 * MiB).ContainsAnyExcept((byte)0));
        Assert.False(content.AsSpan(10 * MiB, 13 * MiB).ContainsAnyExcept((byte)0xAA));
    }

    [SkippableFact]
    public async Task A_mounted_device_is_refused_by_the_rules_and_by_the_kernel()
    {
        LoopDisk.Need("mkfs.ext4", "mount", "umount");
        await using var disk = await LoopDisk.AttachAsync(Image(8 * MiB, 0));
        await Tool.RunAsync("mkfs.ext4", "-q", disk.Path);
        var idle = disk.Facts;
        var point = _folder.MakeFolder("a point");
        await Tool.RunAsync("mount", disk.Path, point);
        try
        {
            Assert.Equal([$"{disk.Path} is mounted on {point}."], disk.Facts.Uses.Select(use => use.Sentence));
            Assert.Equal([DeviceReasons.DeviceInUse], DeviceRules.Refusals(disk.Facts, MiB, evenIfFixed: true).Select(refusal => refusal.Reason));
            Assert.Equal(DeviceReasons.DeviceInUse, Assert.Throws<ContentException>(() => RawDevice.Open(idle)).Reason);
        }
        finally
        {
            await Tool.RunAsync("umount", point);
        }
        RawDevice.Open(idle).Dispose();
    }

    [SkippableFact]
    public async Task Nobody_mounts_a_device_while_it_is_written()
    {
        LoopDisk.Need("mkfs.ext4", "mount");
        await using var disk = await LoopDisk.AttachAsync(Image(8 * MiB, 0));
        await Tool.RunAsync("mkfs.ext4", "-q", disk.Path);
        using var device = RawDevice.Open(disk.Facts);
        Assert.NotEqual(0, (await Tool.TryAsync("mount", disk.Path, _folder.MakeFolder("point"))).ExitCode);
    }

    [SkippableFact]
    public async Task A_device_with_a_loop_device_on_top_is_in_use()
    {
        LoopDisk.Need();
        await using var below = await LoopDisk.AttachAsync(Image(8 * MiB, 0));
        await using var above = await LoopDisk.AttachAsync(below.Path);
        Assert.Equal([$"{above.Path} is made out of {below.Path}."], below.Facts.Uses.Select(use => use.Sentence));
    }

    [SkippableFact]
    public async Task A_read_only_device_is_refused()
    {
        LoopDisk.Need();
        await using var disk = await LoopDisk.AttachAsync(Image(8 * MiB, 0), "--read-only");
        Assert.Equal([DeviceReasons.DeviceReadOnly], DeviceRules.Refusals(disk.Facts, MiB, evenIfFixed: true).Select(refusal => refusal.Reason));

        // The kernel lets it be opened for writing and refuses the writes.
        using var device = RawDevice.Open(disk.Facts);
        var failed = await Assert.ThrowsAsync<ContentException>(() => new DeviceWriter(device, disk.Path).WriteAsync(new MemoryStream(Bytes(MiB)), MiB, new Sum(), default));
        Assert.Equal((Reasons.WriteFailed, 0), (failed.Reason, failed.Offset));
    }

    [SkippableFact]
    public async Task A_stick_that_was_exchanged_after_it_was_looked_at_is_not_written()
    {
        LoopDisk.Need();
        await using var disk = await LoopDisk.AttachAsync(Image(8 * MiB, 0));
        Skip.If(disk.Facts.Sequence is null, "this kernel does not number insertions");
        Assert.Equal(DeviceReasons.DeviceChanged, Assert.Throws<ContentException>(() => RawDevice.Open(disk.Facts with { Sequence = 1 })).Reason);
        Assert.Equal(DeviceReasons.DeviceChanged, Assert.Throws<ContentException>(() => RawDevice.Open(disk.Facts with { Size = 512 })).Reason);
    }

    [SkippableFact]
    public async Task A_device_that_fails_in_the_middle_is_told_with_the_offset()
    {
        LoopDisk.Need("mount", "umount");
        var full = _folder.MakeFolder("full");
        await Tool.RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", full);
        try
        {
            var image = Path.Combine(full, "image");
            await using (var file = File.Create(image))
                file.SetLength(32 * MiB);
            await using var disk = await LoopDisk.AttachAsync(image);
            using var device = RawDevice.Open(disk.Facts);
            var bundle = Bytes(20 * MiB);
            var failed = await Assert.ThrowsAsync<ContentException>(() =>
                new DeviceWriter(device, disk.Path).WriteAsync(new MemoryStream(bundle), bundle.Length, new Sum(), default));
            Assert.Equal(Reasons.WriteFailed, failed.Reason);
            Assert.InRange(failed.Offset!.Value, 4 * MiB, 8 * MiB);
        }
        finally
        {
            await Tool.RunAsync("umount", full);
        }
    }

    [SkippableFact]
    public async Task Bytes_that_change_behind_the_device_are_found_at_their_offset_past_the_page_cache()
    {
        LoopDisk.Need();
        await using var disk = await LoopDisk.AttachAsync(Image(24 * MiB, 0));
        using var device = RawDevice.Open(disk.Facts);
        var bundle = Bytes(20 * MiB);
        var copy = await new DeviceWriter(device, disk.Path).WriteAsync(new MemoryStream(bundle), bundle.Length, new Sum(), default);

        // Whoever read through the device's page cache now would not see the change that follows.
        Assert.Equal(24 * MiB, (await File.ReadAllBytesAsync(disk.Path)).Length);
        await using (var image = new FileStream(disk.Image, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            image.Position = 13_000_001;
            image.WriteByte((byte)(bundle[13_000_001] ^ 0x10));
        }
        var differs = await Assert.ThrowsAsync<ContentException>(() =>
            new DeviceReadBack(device, disk.Path).CompareAsync(copy, new MemoryStream(bundle), new Sum(), default));
        Assert.Equal((DeviceReasons.ReadBackDiffers, 13_000_001), (differs.Reason, differs.Offset));
    }

    [SkippableFact]
    public async Task A_link_to_a_device_is_followed()
    {
        LoopDisk.Need();
        await using var disk = await LoopDisk.AttachAsync(Image(8 * MiB, 0));
        var link = _folder.At("by-id");
        File.CreateSymbolicLink(link, disk.Path);
        Assert.Equal(disk.Path, new BlockDevices().Find(link).Path);
    }

    [SkippableFact]
    public async Task Neither_tables_nor_raid_nor_file_systems_of_before_are_found_afterwards()
    {
        LoopDisk.Need("sfdisk", "blkid", "wipefs");
        var image = Image(64 * MiB, 0);
        await Tool.RunAsync("bash", "-c", $"printf 'label: gpt\\n,8M\\n' | sfdisk -q {image}");
        await using var disk = await LoopDisk.AttachAsync(image);
        Assert.Contains("gpt", await Tool.RunAsync("wipefs", "--no-act", disk.Path), StringComparison.Ordinal);
        using (var device = RawDevice.Open(disk.Facts))
        {
            var writer = new DeviceWriter(device, disk.Path);
            await writer.FinishAsync(await writer.WriteAsync(new MemoryStream(Bytes(10_240)), 10_240, new Sum(), default));
        }
        Assert.Equal("", await Tool.RunAsync("wipefs", "--no-act", disk.Path));
        Assert.Equal(2, (await Tool.TryAsync("blkid", "--probe", disk.Path)).ExitCode);
    }

    private string Image(int size, byte content)
    {
        var path = _folder.At("image");
        var bytes = new byte[size];
        bytes.AsSpan().Fill(content);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
