using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Faults;

/// <summary>A file system of its own for the state of a node, with hardly more room than is asked for before a bundle is accepted.</summary>
internal static class SmallDisk
{
    // 256 MiB must stay free beside blobs and images of about 100 MB each (Judge), and something goes to the file system itself.
    private const long Size = 768L << 20;

    /// <summary>What is left: enough for the journal, too little for a layer.</summary>
    private const long Left = 4L << 20;
    private const string Filler = "filler";

    public static bool IsPossible => new[] { "/usr/sbin/mkfs.ext4", "/sbin/mkfs.ext4" }.Any(File.Exists);

    /// <summary>Makes it and mounts it where the node keeps its state. The sweep of the site's folder unmounts it.</summary>
    public static async Task MountAsync(SiteNode node, CancellationToken cancellationToken)
    {
        var image = $"{node.Root}.disk";
        using (var file = File.OpenHandle(image, FileMode.CreateNew, FileAccess.Write))
            RandomAccess.SetLength(file, Size);
        await Tool.RunAsync("mkfs.ext4", ["-q", "-m", "0", image], cancellationToken);
        await Tool.RunAsync("mount", ["-o", "loop", image, node.StatePath], cancellationToken);
    }

    /// <summary>Takes all room but a little.</summary>
    public static void Fill(SiteNode node)
    {
        var free = new DriveInfo(node.StatePath).AvailableFreeSpace - Left;
        using var file = File.OpenHandle(FillerOf(node), FileMode.CreateNew, FileAccess.Write, preallocationSize: free);
    }

    /// <summary>Gives it back.</summary>
    public static void MakeRoom(SiteNode node) => File.Delete(FillerOf(node));

    private static string FillerOf(SiteNode node) => Path.Combine(node.StatePath, Filler);
}
