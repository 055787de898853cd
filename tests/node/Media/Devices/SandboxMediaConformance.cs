using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Tests.Devices;
using Handcarry.Hosts.Node.Tests.Sandbox;
using Handcarry.Streams.Bundles;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

/// <summary>Files on sticks, which are loop devices with ext4, heard of through a real udev or a real systemd.</summary>
public abstract class SandboxMediaConformance(SandboxSystemd sandbox) : MediaSourceConformance, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, LoopDisk> _sticks = new(StringComparer.Ordinal);
    private int _images;

    public void Dispose()
    {
        foreach (var name in _sticks.Keys.ToList())
            RemoveAsync(name).GetAwaiter().GetResult();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract IBlockDeviceSource Listen(BlockDeviceCensus census);

    protected override IMediaSource Open()
    {
        sandbox.Need();
        LoopDisk.Need("mkfs.ext4", "blockdev");
        var volumes = new VolumeReader(new VolumeOptions { MountFolder = _folder.MakeFolder("mounts") }, new BundleLimits(), TimeProvider.System);
        var source = Listen(new BlockDeviceCensus("/sys", sandbox.UdevNotes));
        return new BlockDeviceMediaSource([source], OnlyOurs, new MediumRules(["/dev/loop*"]), volumes, TimeProvider.System, new SilentMediaLog());
    }

    protected override async Task InsertAsync(string name, byte[] content)
    {
        var files = _folder.MakeFolder($"content{++_images}");
        await File.WriteAllBytesAsync(Path.Combine(files, name), content);
        var image = _folder.At($"stick{_images}.img");
        await using (var file = File.Create(image))
            file.SetLength(8 << 20);
        await Tool.RunAsync("mkfs.ext4", "-q", "-d", files, image);
        _sticks[name] = await LoopDisk.AttachAsync(image);
    }

    /// <summary>The refusal of writes survives detaching: the next to take the loop device shall not have it.</summary>
    protected override async Task RemoveAsync(string name)
    {
        if (!_sticks.Remove(name, out var stick))
            return;
        await Tool.RunAsync("blockdev", "--setrw", stick.Path);
        await stick.DisposeAsync();
    }

    /// <summary>Others on this machine have loop devices too, which are none of our business.</summary>
    private DeviceFacts? OnlyOurs(string number)
    {
        var file = $"/sys/dev/block/{number}/loop/backing_file";
        return File.Exists(file) && File.ReadAllText(file).StartsWith(_folder.Root + "/", StringComparison.Ordinal) ? new BlockDevices().Of(number) : null;
    }
}
