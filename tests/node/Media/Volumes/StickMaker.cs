using Handcarry.Hosts.Node.Tests.Devices;

namespace Handcarry.Hosts.Node.Tests.Media.Volumes;

/// <summary>Makes images of sticks: file systems with what is in a folder, made by their own tools.</summary>
internal sealed class StickMaker(TestFolder folder)
{
    private int _images;

    /// <summary>What the next image will have in its top folder.</summary>
    public string Content { get; } = folder.MakeFolder("content");

    public static void Need(string fileSystem)
    {
        LoopDisk.Need("blockdev");
        if (fileSystem == "xfs")
            Tool.Need("mount", "umount");
        Tool.Need(fileSystem == "squashfs" ? "mksquashfs" : $"mkfs.{fileSystem}");
        Skip.IfNot(File.ReadLines("/proc/filesystems").Any(line => line.EndsWith($"\t{fileSystem}", StringComparison.Ordinal)), $"this kernel has no {fileSystem}");
    }

    public string At(string name) => Path.Combine(Content, name);

    /// <summary>An image with the bytes themselves.</summary>
    public string Raw(byte[] bytes)
    {
        var image = Next();
        File.WriteAllBytes(image, bytes);
        return image;
    }

    /// <summary>An image of a file system with the content.</summary>
    public async Task<string> MakeAsync(string fileSystem, int megabytes = 64)
    {
        var image = Next();
        if (fileSystem == "squashfs")
        {
            await Tool.RunAsync("mksquashfs", Content, image, "-quiet", "-no-progress");
            return image;
        }
        await using (var file = File.Create(image))
            file.SetLength(megabytes * (1L << 20));
        switch (fileSystem)
        {
            case "btrfs":
                await Tool.RunAsync("mkfs.btrfs", "-q", "--rootdir", Content, image);
                break;
            case "xfs":
                await Tool.RunAsync("mkfs.xfs", "-q", image);
                await FillAsync(image);
                break;
            default:
                await Tool.RunAsync($"mkfs.{fileSystem}", "-q", "-d", Content, image);
                break;
        }
        return image;
    }

    private async Task FillAsync(string image)
    {
        var point = folder.MakeFolder("point");
        await Tool.RunAsync("mount", "-o", "loop", image, point);
        try
        {
            await Tool.RunAsync("cp", "-a", "--sparse=always", $"{Content}/.", point);
        }
        finally
        {
            await Tool.RunAsync("umount", point);
        }
    }

    private string Next() => folder.At($"stick{++_images}.img");
}
