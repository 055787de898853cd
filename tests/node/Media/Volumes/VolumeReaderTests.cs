using System.Security.Cryptography;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Tests.Devices;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Bundles;
using Handcarry.Twins;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Tests.Media.Volumes;

public sealed class VolumeReaderTests : IDisposable
{
    private const string Name = "upgrade-4.12.4-x86_64.tar";

    private readonly TestFolder _folder = new();
    private readonly StickMaker _maker;

    public VolumeReaderTests() => _maker = new StickMaker(_folder);

    public void Dispose() => _folder.Dispose();

    /// <summary>FileStream tells 0 for the length of a device.</summary>
    [Trait("Trap", "13")]
    [SkippableFact]
    public async Task A_device_is_read_to_its_end_though_its_file_has_no_length()
    {
        LoopDisk.Need("blockdev");
        var bytes = await SampleBundle.Small().WriteAsync();
        await using var stick = await Stick.InsertAsync(_maker.Raw(bytes));
        await using (var file = File.OpenRead(stick.Facts.Node))
            Assert.Equal(0, file.Length);
        var reader = Reader();
        var bundle = Assert.Single((await reader.LookAsync(stick.Facts, default)).Bundles);
        await using var stream = await reader.OpenAsync(bundle, default);
        Assert.Equal(bytes.Length / 512 * 512, stream.Length);
        var read = new byte[stream.Length];
        await stream.ReadExactlyAsync(read);
        Assert.Equal(bytes[..read.Length], read);
    }

    /// <summary>Opening a pipe that nobody writes to waits, as does a disc that spins up.</summary>
    [SkippableFact]
    public async Task A_device_that_does_not_show_what_is_on_it_is_given_up_after_the_time_that_is_allowed()
    {
        Tool.Need("mkfifo");
        var pipe = _folder.At("sr0");
        await Tool.RunAsync("mkfifo", pipe);
        var time = new ManualTime();
        var options = new VolumeOptions { MountFolder = _folder.MakeFolder("mounts"), LookTime = TimeSpan.FromSeconds(7) };
        var look = new VolumeReader(options, new BundleLimits(), time).LookAsync(new BlockDeviceFacts { Node = pipe, Major = 11, Minor = 0, Size = 1 }, default).AsTask();
        await Eventually.HoldsAsync(() => time.Waiting == 1, "it waits for the device");
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.False(look.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var finding = Assert.Single((await look).Findings);
        Assert.Equal((Reasons.LimitExceeded, true), (finding.Reason, finding.Message.Contains("within 7 s", StringComparison.Ordinal)));
        // Lets the thread go that still opens it; to write only would wait for one that was given up before it began.
        File.OpenHandle(pipe, FileMode.Open, FileAccess.ReadWrite).Dispose();
    }

    [SkippableTheory]
    [InlineData("ext2", 64)]
    [InlineData("ext3", 64)]
    [InlineData("ext4", 64)]
    [InlineData("xfs", 320)]
    [InlineData("btrfs", 128)]
    [InlineData("squashfs", 0)]
    public async Task A_bundle_in_a_file_system_is_found_and_read_and_nothing_stays_mounted(string fileSystem, int megabytes)
    {
        StickMaker.Need(fileSystem);
        var bundle = await SampleBundle.Small().WriteAsync();
        await File.WriteAllBytesAsync(_maker.At(Name), bundle);
        var image = await _maker.MakeAsync(fileSystem, megabytes);
        var before = await HashAsync(image);
        await using var stick = await Stick.InsertAsync(image, fileSystem);
        var reader = Reader();

        var (bundles, findings) = await reader.LookAsync(stick.Facts, default);
        Assert.Empty(findings);
        var found = Assert.Single(bundles);
        Assert.Equal($"{stick.Facts.Node}, {Name} (5.1 MB)", found.Name);
        await using (var stream = await reader.OpenAsync(found, default))
        {
            Assert.DoesNotContain(await File.ReadAllLinesAsync("/proc/self/mountinfo"), line => line.Contains(_folder.Root, StringComparison.Ordinal));
            Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("mounts")));
            Assert.Equal(bundle, await ReadAsync(stream));
        }
        await AssertFreeAsync(stick);
        Assert.Equal(before, await HashAsync(image));
    }

    [SkippableTheory]
    [InlineData("vfat")]
    [InlineData("exfat")]
    [InlineData("iso9660")]
    [InlineData("ntfs")]
    public async Task A_file_system_that_this_kernel_does_not_know_is_told_by_its_name(string fileSystem)
    {
        LoopDisk.Need("blockdev");
        var driver = fileSystem == "ntfs" ? "ntfs3" : fileSystem;
        Skip.If(File.ReadLines("/proc/filesystems").Any(line => line.EndsWith($"\t{driver}", StringComparison.Ordinal)), $"this kernel has {driver}");
        await using var stick = await Stick.InsertAsync(_maker.Raw(new byte[1 << 20]), fileSystem);
        var (bundles, findings) = await Reader().LookAsync(stick.Facts, default);
        Assert.Empty(bundles);
        var finding = Assert.Single(findings);
        Assert.Equal(VolumeReasons.FileSystemUnknown, finding.Reason);
        Assert.StartsWith($"This kernel cannot read {fileSystem}, the file system of {stick.Facts.Node}.", finding.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_file_system_that_is_not_allowed_is_not_mounted()
    {
        StickMaker.Need("ext4");
        await using var stick = await Stick.InsertAsync(await _maker.MakeAsync("ext4"), "ext4");
        var (_, findings) = await Reader(options => options with { FileSystems = ["xfs"] }).LookAsync(stick.Facts, default);
        Assert.Equal(VolumeReasons.FileSystemNotAllowed, Assert.Single(findings).Reason);
    }

    [SkippableFact]
    public async Task A_bundle_written_raw_is_found_and_read_whatever_follows_it()
    {
        LoopDisk.Need("blockdev");
        var bundle = await SampleBundle.Small().WriteAsync();
        await using var stick = await Stick.InsertAsync(_maker.Raw([.. bundle, .. RandomNumberGenerator.GetBytes((1 << 20) - (bundle.Length % 512))]));
        var reader = Reader();
        var found = Assert.Single((await reader.LookAsync(stick.Facts, default)).Bundles);
        Assert.Null(found.File);
        await using var stream = await reader.OpenAsync(found, default);
        await AssertReadsAsync(stream);
    }

    [SkippableFact]
    public async Task A_blank_stick_has_no_bundle_and_nothing_to_tell()
    {
        LoopDisk.Need("blockdev");
        await using var stick = await Stick.InsertAsync(_maker.Raw(new byte[1 << 20]));
        var (bundles, findings) = await Reader().LookAsync(stick.Facts, default);
        Assert.Empty(bundles);
        Assert.Empty(findings);
    }

    [SkippableFact]
    public async Task Another_stick_under_the_same_node_is_not_read()
    {
        LoopDisk.Need("blockdev");
        await using var stick = await Stick.InsertAsync(_maker.Raw(await SampleBundle.Small().WriteAsync()));
        Skip.If(stick.Facts.DiskSequence is null, "this kernel does not number insertions");
        var reader = Reader();
        var found = Assert.Single((await reader.LookAsync(stick.Facts, default)).Bundles);
        var before = stick.Facts with { DiskSequence = stick.Facts.DiskSequence - 1 };
        var refused = await Assert.ThrowsAsync<ContentException>(() => reader.OpenAsync(found with { Device = before }, default).AsTask());
        Assert.Equal(DeviceReasons.DeviceChanged, refused.Reason);
        Assert.Equal(DeviceReasons.DeviceChanged, Assert.Single((await reader.LookAsync(before, default)).Findings).Reason);
    }

    [SkippableFact]
    public async Task Several_bundles_are_all_found_and_other_names_are_not()
    {
        StickMaker.Need("ext4");
        foreach (var name in (string[])[Name, "upgrade-4.13.0-arm64.tar", "upgrade-a.tar.001", "upgrade-a.tar.002", "upgrade-a.tar.0003", "upgrade-a.tar.000", "upgrade-.tar", "upgrade-b.tar.gz", "Upgrade-c.tar", ".upgrade-d.tar", "notes.txt"])
            await File.WriteAllBytesAsync(_maker.At(name), [1]);
        Directory.CreateDirectory(_maker.At("below"));
        await File.WriteAllBytesAsync(_maker.At("below/upgrade-e.tar"), [1]);
        await using var stick = await Stick.InsertAsync(await _maker.MakeAsync("ext4"), "ext4");
        var (bundles, findings) = await Reader().LookAsync(stick.Facts, default);
        Assert.Equal([Name, "upgrade-4.13.0-arm64.tar", "upgrade-a.tar"], bundles.Select(bundle => bundle.File));
        Assert.Equal([1, 2], bundles[2].Parts.Select(part => part.Number));
        Assert.EndsWith("upgrade-a.tar in 2 parts (2 B)", bundles[2].Name, StringComparison.Ordinal);
        Assert.Equal(3, bundles.Select(bundle => bundle.Id).Distinct().Count());
        Assert.Empty(findings);
    }

    [SkippableFact]
    public async Task An_unclean_file_system_is_read_and_stays_byte_for_byte_what_it_was()
    {
        StickMaker.Need("ext4");
        Tool.Need("mount", "umount");
        var bundle = await SampleBundle.Small().WriteAsync();
        await File.WriteAllBytesAsync(_maker.At(Name), bundle);
        var image = await _maker.MakeAsync("ext4");
        var dirty = await CopyWhileMountedAsync(image);
        var before = await HashAsync(dirty);
        await using var stick = await Stick.InsertAsync(dirty, "ext4");
        var reader = Reader();
        await using (var stream = await reader.OpenAsync(Assert.Single((await reader.LookAsync(stick.Facts, default)).Bundles), default))
            Assert.Equal(bundle, await ReadAsync(stream));
        Assert.Equal(before, await HashAsync(dirty));

        // The control: mounting read-only as others do would have changed it.
        await Tool.RunAsync("blockdev", "--setrw", stick.Facts.Node);
        var point = _folder.MakeFolder("control");
        await Tool.RunAsync("mount", "-o", "ro", stick.Facts.Node, point);
        await Tool.RunAsync("umount", point);
        Assert.NotEqual(before, await HashAsync(dirty));
    }

    [SkippableFact]
    public async Task What_a_killed_agent_left_mounted_is_taken_away_at_the_start()
    {
        StickMaker.Need("ext4");
        Tool.Need("mount");
        await using var stick = await Stick.InsertAsync(await _maker.MakeAsync("ext4"), "ext4");
        var point = _folder.MakeFolder("mounts", "left");
        await Tool.RunAsync("mount", "-o", "ro", stick.Facts.Node, point);
        Reader();
        Assert.False(Directory.Exists(point));
        await AssertFreeAsync(stick);
    }

    [SkippableFact]
    public async Task The_bundle_that_the_administrator_names_is_found_in_a_file_in_parts_and_on_a_device()
    {
        LoopDisk.Need("blockdev");
        var bundle = await SampleBundle.Small().WriteAsync();
        var reader = Reader();
        await File.WriteAllBytesAsync(_folder.At(Name), bundle);
        await using (var whole = await reader.OpenAsync(Assert.Single((await reader.LookAsync(_folder.At(Name), default)).Bundles), default))
            Assert.Equal(bundle, await ReadAsync(whole));

        await File.WriteAllBytesAsync(_folder.At("upgrade-b.tar.001"), bundle[..3_000_001]);
        await File.WriteAllBytesAsync(_folder.At("upgrade-b.tar.002"), bundle[3_000_001..]);
        await using (var parted = await reader.OpenAsync(Assert.Single((await reader.LookAsync(_folder.At("upgrade-b.tar.001"), default)).Bundles), default))
            Assert.Equal(bundle, await ReadAsync(parted));

        await using var stick = await Stick.InsertAsync(_maker.Raw(bundle));
        File.CreateSymbolicLink(_folder.At("by-id"), stick.Facts.Node);
        await using (var raw = await reader.OpenAsync(Assert.Single((await reader.LookAsync(_folder.At("by-id"), default)).Bundles), default))
            await AssertReadsAsync(raw);

        Assert.Equal(Reasons.ReadFailed, Assert.Single((await reader.LookAsync(_folder.At("nothing.tar"), default)).Findings).Reason);
    }

    private VolumeReader Reader(Func<VolumeOptions, VolumeOptions>? with = null)
    {
        var options = new VolumeOptions { MountFolder = _folder.At("mounts") };
        return new VolumeReader(with?.Invoke(options) ?? options, new BundleLimits(), TimeProvider.System);
    }

    private async Task<string> CopyWhileMountedAsync(string image)
    {
        var point = _folder.MakeFolder("point");
        await Tool.RunAsync("mount", "-o", "loop", image, point);
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(point, "other"), new byte[100]);
            await Tool.RunAsync("sync", "-f", point);
            var copy = _folder.At("dirty.img");
            File.Copy(image, copy);
            return copy;
        }
        finally
        {
            await Tool.RunAsync("umount", point);
        }
    }

    // The kernel refuses O_EXCL on a device that is mounted, wherever that is.
    private static Task AssertFreeAsync(Stick stick) => Eventually.HoldsAsync(
        () =>
        {
            using var handle = new SafeFileHandle(LibC.Open(stick.Facts.Node, LibC.ReadOnly | LibC.Exclusive | LibC.CloseOnExec), ownsHandle: true);
            return !handle.IsInvalid;
        },
        "the kernel let go of the file system");

    private static async Task AssertReadsAsync(Stream stream)
    {
        var reader = await BundleReader.OpenAsync(stream, new BundleLimits(), default);
        var inventory = await reader.ReadInventoryAsync(default);
        var read = 0;
        while (await reader.NextAsync(default) is { } entry)
        {
            var bytes = new byte[entry.Blob.Size];
            for (var at = 0; at < bytes.Length;)
                at += await entry.ReadAsync(bytes.AsMemory(at), default);
            Assert.Equal(entry.Blob.Digest, Digest.Of(bytes));
            read++;
        }
        Assert.Equal(inventory.Blobs.Count, read);
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file));
    }
}
