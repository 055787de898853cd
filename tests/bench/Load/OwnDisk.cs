using System.Globalization;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Load;

/// <summary>
/// A file system of its own, ext4 on a loop device with direct I/O: what is written to it is counted by the kernel, whoever writes, and its caches can be
/// dropped without touching others. The file below it takes room only for what was written.
/// </summary>
internal sealed class OwnDisk : IAsyncDisposable
{
    // Of the counters in /sys/block/*/stat, whatever the device's own (kernel: Documentation/block/stat.rst); the seventh is what was written.
    private const int SectorSize = 512, Written = 6;

    private readonly string _device;

    private OwnDisk(string device, string root) => (_device, Root) = (device, root);

    /// <summary>Where it is mounted.</summary>
    public string Root { get; }

    /// <summary>Bytes that its device has taken since it was made.</summary>
    public long WrittenBytes => long.Parse(
        File.ReadAllText($"/sys/block/{Path.GetFileName(_device)}/stat").Split(' ', StringSplitOptions.RemoveEmptyEntries)[Written], CultureInfo.InvariantCulture) * SectorSize;

    /// <summary>Bytes in use.</summary>
    public long UsedBytes => new DriveInfo(Root) is var drive ? drive.TotalSize - drive.TotalFreeSpace : 0;

    /// <summary>Makes one and mounts it.</summary>
    /// <param name="folder">Where its file goes.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<OwnDisk> CreateAsync(string folder, long bytes, CancellationToken cancellationToken)
    {
        var image = Path.Combine(folder, "disk.img");
        await using (var file = File.Create(image))
            file.SetLength(bytes);
        // All tables at once: the kernel would write them meanwhile.
        await Tool.RunAsync("mkfs.ext4", ["-q", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", image], cancellationToken);
        string[] attach = ["--find", "--show", image];
        var direct = await Tool.TryAsync("losetup", ["--direct-io=on", .. attach], cancellationToken);
        var device = direct.ExitCode == 0 ? direct.Text : await Tool.RunAsync("losetup", attach, cancellationToken);
        var disk = new OwnDisk(device.Trim(), Directory.CreateDirectory(Path.Combine(folder, "d")).FullName);
        await disk.MountAsync();
        return disk;
    }

    /// <summary>Everything written has reached the device.</summary>
    public async Task SyncAsync() => await Tool.RunAsync("sync", ["-f", Root], CancellationToken.None);

    /// <summary>Drops everything of it from memory: it is unmounted and mounted again. Nobody may use it.</summary>
    public async Task ForgetAsync()
    {
        await Tool.RunAsync("umount", [Root], CancellationToken.None);
        await Tool.RunAsync("blockdev", ["--flushbufs", _device], CancellationToken.None);
        await MountAsync();
    }

    /// <summary>Empties it.</summary>
    public async Task ClearAsync()
    {
        foreach (var entry in Directory.GetFileSystemEntries(Root).Where(static entry => Path.GetFileName(entry) != "lost+found"))
            await Tool.RunAsync("rm", ["-rf", entry], CancellationToken.None);
        await ForgetAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Tool.TryAsync("umount", ["--lazy", Root], CancellationToken.None);
        await Tool.TryAsync("losetup", ["--detach", _device], CancellationToken.None);
    }

    private async Task MountAsync() => await Tool.RunAsync("mount", ["-t", "ext4", "-o", "noatime", _device, Root], CancellationToken.None);
}
