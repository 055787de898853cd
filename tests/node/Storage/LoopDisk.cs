namespace Handcarry.Hosts.Node.Tests.Storage;

/// <summary>A small disk with a file system as nodes have it, on a loop device over a file.</summary>
internal sealed class LoopDisk : IDisposable
{
    // The least that mkfs.xfs takes (xfsprogs 5.19 and later).
    private const int Megabytes = 300;

    private readonly TestFolder _folder;
    private readonly string _kind;
    private string _image;

    private LoopDisk(TestFolder folder, string kind) => (_folder, _kind, _image, Root) = (folder, kind, folder.At("disk.img"), folder.MakeFolder("disk"));

    /// <summary>Where it is mounted.</summary>
    public string Root { get; }

    /// <param name="folder">Where its file goes.</param>
    /// <param name="kind">ext4 or xfs.</param>
    public static async Task<LoopDisk> MountAsync(TestFolder folder, string kind)
    {
        Tool.NeedRoot();
        Tool.Need("mount", "umount", $"mkfs.{kind}");
        var disk = new LoopDisk(folder, kind);
        await using (var file = File.Create(disk._image))
            file.SetLength((long)Megabytes << 20);
        // ext4 would keep a twentieth for root, who runs the tests.
        await Tool.RunAsync($"mkfs.{kind}", [.. kind == "ext4" ? (string[])["-m", "0"] : [], "-q", disk._image]);
        Skip.IfNot(await disk.TryMountAsync(), $"{kind} cannot be mounted here");
        return disk;
    }

    /// <summary>Leaves room for so many MiB.</summary>
    public void Fill(int megabytesLeft)
    {
        using var file = File.OpenHandle(Path.Combine(Root, "filler"), FileMode.CreateNew, FileAccess.Write, preallocationSize: new DriveInfo(Root).AvailableFreeSpace - ((long)megabytesLeft << 20));
    }

    /// <summary>The power fails, and comes back: there is what the device had until now, and nothing that was only in memory.</summary>
    public async Task CutPowerAsync()
    {
        var survived = _folder.At($"disk-{Guid.NewGuid():n}.img");
        await Tool.RunAsync("cp", "--sparse=always", _image, survived);
        await Tool.RunAsync("umount", Root);
        File.Delete(_image);
        _image = survived;
        Assert.True(await TryMountAsync(), "the file system recovers");
    }

    public void Dispose() => Tool.TryAsync("umount", Root).GetAwaiter().GetResult();

    // XFS refuses a second file system of the same id, which the kernel may not have forgotten yet.
    private async Task<bool> TryMountAsync() =>
        (await Tool.TryAsync("mount", "-t", _kind, "-o", _kind == "xfs" ? "loop,nouuid" : "loop", _image, Root)).ExitCode == 0;
}
