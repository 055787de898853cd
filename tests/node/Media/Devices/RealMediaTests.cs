using System.Diagnostics;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Tests.Devices;
using Handcarry.Hosts.Node.Tests.Sandbox;
using Handcarry.Streams.Bundles;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

/// <summary>The whole way from a device that is plugged in to a medium, with a real udev, a real systemd and a real file system.</summary>
[Collection(SandboxSystemd.Collection)]
public sealed class RealMediaTests(SandboxSystemd sandbox) : IDisposable
{
    private readonly TestFolder _folder = new();
    private LoopDisk? _stick;

    public void Dispose()
    {
        RemoveAsync().GetAwaiter().GetResult();
        _folder.Dispose();
    }

    [SkippableTheory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_bundle_in_a_file_system_is_a_medium_until_two_seconds_after_it_was_pulled_at_most(bool udev, bool systemd)
    {
        sandbox.Need();
        LoopDisk.Need("mkfs.ext4", "blockdev");
        var census = new BlockDeviceCensus("/sys", sandbox.UdevNotes);
        var sources = new List<IBlockDeviceSource>();
        if (udev)
            sources.Add(new UdevBlockDevices(census, () => sandbox.InNetwork(UdevMonitor.Begin)));
        if (systemd)
            sources.Add(new SystemdBlockDevices(census, sandbox.BusSocket));
        var log = new SilentMediaLog();
        var volumes = new VolumeReader(new VolumeOptions { MountFolder = _folder.MakeFolder("mounts") }, new BundleLimits(), TimeProvider.System);
        var source = new BlockDeviceMediaSource(sources, OnlyOurs, new MediumRules(["/dev/loop*"]), volumes, TimeProvider.System, log);
        await using var watch = MediaWatch.Begin(source);

        await InsertAsync();
        var came = await watch.NextAsync();
        Assert.Contains("upgrade-4.12.4-x86_64.tar", came.Medium.Name, StringComparison.Ordinal);
        await using (var stream = await source.OpenAsync(came.Medium, default))
            Assert.Equal(7, stream.ReadByte());
        var pulled = Stopwatch.StartNew();
        await RemoveAsync();
        Assert.Equal(came with { Present = false }, await watch.NextAsync());
        Assert.InRange(pulled.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    /// <summary>Others on this machine have loop devices too, which are none of our business.</summary>
    private DeviceFacts? OnlyOurs(string number)
    {
        var file = $"/sys/dev/block/{number}/loop/backing_file";
        return File.Exists(file) && File.ReadAllText(file).StartsWith(_folder.Root + "/", StringComparison.Ordinal) ? new BlockDevices().Of(number) : null;
    }

    private async Task InsertAsync()
    {
        var content = _folder.MakeFolder("content");
        await File.WriteAllBytesAsync(Path.Combine(content, "upgrade-4.12.4-x86_64.tar"), [.. Enumerable.Repeat((byte)7, 4096)]);
        var image = _folder.At("stick.img");
        await using (var file = File.Create(image))
            file.SetLength(4 << 20);
        await Tool.RunAsync("mkfs.ext4", "-q", "-d", content, image);
        _stick = await LoopDisk.AttachAsync(image);
    }

    /// <summary>The refusal of writes survives detaching: the next to take the loop device shall not have it.</summary>
    private async Task RemoveAsync()
    {
        if (_stick is not { } stick)
            return;
        _stick = null;
        await Tool.RunAsync("blockdev", "--setrw", stick.Path);
        await stick.DisposeAsync();
    }
}
