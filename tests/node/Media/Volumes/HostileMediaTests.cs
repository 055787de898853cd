using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Bundles;

namespace Handcarry.Hosts.Node.Tests.Media.Volumes;

/// <summary>Sticks that were made to mislead.</summary>
public sealed class HostileMediaTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly StickMaker _maker;

    public HostileMediaTests() => _maker = new StickMaker(_folder);

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("ext4", 64)]
    [InlineData("squashfs", 0)]
    public async Task Links_folders_pipes_and_devices_are_told_and_never_opened(string fileSystem, int megabytes)
    {
        StickMaker.Need(fileSystem);
        Tool.Need("mkfifo", "mknod");
        File.CreateSymbolicLink(_maker.At("upgrade-a.tar"), "/etc/shadow");
        Directory.CreateDirectory(_maker.At("upgrade-b.tar"));
        await Tool.RunAsync("mkfifo", _maker.At("upgrade-c.tar"));
        await Tool.RunAsync("mknod", _maker.At("upgrade-d.tar"), "c", "1", "5");
        File.CreateSymbolicLink(_maker.At("upgrade-e.tar.001"), "upgrade-f.tar");
        await File.WriteAllBytesAsync(_maker.At("upgrade-f.tar"), [1]);
        await using var stick = await Stick.InsertAsync(await _maker.MakeAsync(fileSystem, megabytes), fileSystem);
        var reader = Reader();

        var (bundles, findings) = await reader.LookAsync(stick.Facts, default);
        Assert.Equal(["upgrade-f.tar"], bundles.Select(bundle => bundle.File));
        Assert.All(findings, finding => Assert.Equal(VolumeReasons.NotAFile, finding.Reason));
        Assert.Equal(
            ["upgrade-a.tar: a symbolic link", "upgrade-b.tar: a folder", "upgrade-c.tar: a pipe", "upgrade-d.tar: a device", "upgrade-e.tar.001: a symbolic link"],
            findings.Select(finding => finding.Message.Split(';')[0].Replace($" on {stick.Facts.Node} is ", ": ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        // Whoever asks for them nevertheless, as when the file system has changed since, is refused at once.
        foreach (var name in (string[])["upgrade-a.tar", "upgrade-b.tar", "upgrade-c.tar", "upgrade-d.tar"])
        {
            var changed = bundles[0] with { File = name, Parts = [new FoundPart(0, name, 1)] };
            var refused = await Assert.ThrowsAsync<ContentException>(() => reader.OpenAsync(changed, default).AsTask());
            Assert.Equal(VolumeReasons.NotAFile, refused.Reason);
        }
    }

    [SkippableFact]
    public async Task Names_that_would_break_a_line_or_leave_the_folder_are_neither_read_nor_repeated()
    {
        StickMaker.Need("ext4");
        foreach (var name in (string[])["upgrade-\n2026 all is well.tar", "upgrade-\u001b[2J.tar", "upgrade-a.tar\n", "upgrade-é.tar", "upgrade- .tar", "upgrade-%s%n.tar"])
            await File.WriteAllBytesAsync(_maker.At(name), [1]);
        File.CreateSymbolicLink(_maker.At("upgrade-\nlink.tar"), "/etc/shadow");
        await using var stick = await Stick.InsertAsync(await _maker.MakeAsync("ext4"), "ext4");
        var (bundles, findings) = await Reader().LookAsync(stick.Facts, default);
        Assert.Empty(bundles);
        Assert.Empty(findings);
    }

    [SkippableFact]
    public async Task Of_a_hundred_thousand_names_no_more_are_looked_at_than_allowed()
    {
        StickMaker.Need("squashfs");
        Tool.Need("bash");
        await Tool.RunAsync("bash", "-c", $"cd {_maker.Content} && seq -f 'file-%06g' 100000 | xargs touch");
        await using var stick = await Stick.InsertAsync(await _maker.MakeAsync("squashfs"), "squashfs");
        var finding = Assert.Single((await Reader().LookAsync(stick.Facts, default)).Findings);
        Assert.Equal(Reasons.LimitExceeded, finding.Reason);
        Assert.StartsWith($"The top folder of {stick.Facts.Node} has more than 10000 names", finding.Message, StringComparison.Ordinal);
        Assert.Empty((await Reader(options => options with { Entries = 200_000 }).LookAsync(stick.Facts, default)).Findings);
    }

    [SkippableFact]
    public async Task More_bundles_than_allowed_are_cut_off()
    {
        StickMaker.Need("ext4");
        for (var i = 0; i < 5; i++)
            await File.WriteAllBytesAsync(_maker.At($"upgrade-{i}.tar"), [1]);
        await using var stick = await Stick.InsertAsync(await _maker.MakeAsync("ext4"), "ext4");
        var (bundles, findings) = await Reader(options => options with { Bundles = 3 }).LookAsync(stick.Facts, default);
        Assert.Equal(["upgrade-0.tar", "upgrade-1.tar", "upgrade-2.tar"], bundles.Select(bundle => bundle.File));
        Assert.Equal(Reasons.LimitExceeded, Assert.Single(findings).Reason);
    }

    [SkippableFact]
    public async Task Files_of_a_size_that_no_bundle_has_are_passed_over()
    {
        StickMaker.Need("xfs");
        await using (var sparse = File.Create(_maker.At("upgrade-empty.tar")))
        {
        }
        var image = await _maker.MakeAsync("xfs", 320);
        await MountedAsync(image, async point => await Tool.RunAsync("truncate", "--size=1P", Path.Combine(point, "upgrade-petabyte.tar")));
        await using var stick = await Stick.InsertAsync(image, "xfs");
        var (bundles, findings) = await Reader().LookAsync(stick.Facts, default);
        Assert.Empty(bundles);
        Assert.Equal([Reasons.LimitExceeded, Reasons.LimitExceeded], findings.Select(finding => finding.Reason));
        Assert.Contains(findings, finding => finding.Message.StartsWith($"upgrade-petabyte.tar on {stick.Facts.Node} has {1L << 50} bytes", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_file_system_that_is_none_is_told()
    {
        StickMaker.Need("ext4");
        var image = await _maker.MakeAsync("ext4");
        await using (var file = File.OpenWrite(image))
        {
            // Behind the beginning of the superblock, whose magic number stays.
            file.Position = 1024 + 64;
            file.Write(new byte[900]);
        }
        await using var stick = await Stick.InsertAsync(image, "ext4");
        var (bundles, findings) = await Reader().LookAsync(stick.Facts, default);
        Assert.Empty(bundles);
        Assert.Equal(VolumeReasons.MountFailed, Assert.Single(findings).Reason);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("mounts")));
    }

    [SkippableFact]
    public async Task A_superblock_that_asks_for_a_panic_does_not_get_it()
    {
        StickMaker.Need("ext4");
        Tool.Need("tune2fs");
        await File.WriteAllBytesAsync(_maker.At("upgrade-a.tar"), new byte[10]);
        var image = await _maker.MakeAsync("ext4");
        await Tool.RunAsync("tune2fs", "-e", "panic", image);
        await using var stick = await Stick.InsertAsync(image, "ext4");
        using var device = InsertedDevice.Open(stick.Facts);
        using var volume = Volume.Mount(device, "ext4", _folder.MakeFolder("mounts"), "stick");
        using var file = volume.OpenFile("upgrade-a.tar", 0);
        // What is detached is in no table of mounts; its options are told by the file system itself.
        var options = await File.ReadAllTextAsync($"/proc/fs/ext4/{Path.GetFileName(stick.Facts.Node)}/options");
        Assert.Contains("errors=continue", options, StringComparison.Ordinal);
        Assert.StartsWith("ro\n", options, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_file_system_that_changes_while_it_is_read_gives_other_bytes_and_nothing_worse()
    {
        StickMaker.Need("ext4");
        var bundle = await SampleBundle.Small().WriteAsync();
        await File.WriteAllBytesAsync(_maker.At("upgrade-a.tar"), bundle);
        var image = await _maker.MakeAsync("ext4");
        await using var stick = await Stick.InsertAsync(image, "ext4");
        var reader = Reader();
        var found = Assert.Single((await reader.LookAsync(stick.Facts, default)).Bundles);
        await using var stream = await reader.OpenAsync(found, default);
        await stream.ReadExactlyAsync(new byte[1000]);
        await using (var file = new FileStream(image, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            var noise = new byte[file.Length];
            new Random(1).NextBytes(noise);
            file.Write(noise);
        }
        var rest = await Record.ExceptionAsync(() => stream.CopyToAsync(Stream.Null));
        Assert.True(rest is null or ContentException { Reason: Reasons.ReadFailed }, $"{rest}");
        Assert.Equal(VolumeReasons.MountFailed, Assert.Single((await reader.LookAsync(stick.Facts with { FileSystem = "xfs" }, default)).Findings).Reason);
    }

    private VolumeReader Reader(Func<VolumeOptions, VolumeOptions>? with = null)
    {
        var options = new VolumeOptions { MountFolder = _folder.At("mounts") };
        return new VolumeReader(with?.Invoke(options) ?? options, new BundleLimits(), TimeProvider.System);
    }

    private async Task MountedAsync(string image, Func<string, Task> work)
    {
        var point = _folder.MakeFolder("point");
        await Tool.RunAsync("mount", "-o", "loop", image, point);
        try
        {
            await work(point);
        }
        finally
        {
            await Tool.RunAsync("umount", point);
        }
    }
}
