using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>An empty store: the runtime must find the path when it starts, and some versions must find these files in it (reference/container-storage.md section C).</summary>
internal static class StoreSkeleton
{
    // As arming makes them, so that disarming knows one that was made in its place.
    private const UnixFileMode FolderMode = (UnixFileMode)0x1ED, FileMode644 = (UnixFileMode)0x1A4;

    // Files with "[]" have no records either.
    private static readonly string[] Records = ["overlay-images/images.json", "overlay-layers/layers.json"];

    /// <summary>Whether nothing is published at <paramref name="path"/>: there is no folder, or one without records of images and layers. Follows a link.</summary>
    public static bool IsEmpty(string path) => Records.All(file => new FileInfo(Path.Combine(path, file)) is not { Exists: true, Length: > 4 });

    /// <summary>Makes it, or what is missing of it; durable when the call has returned.</summary>
    public static void Make(string path)
    {
        foreach (var folder in (string[])["", "overlay", "overlay/l", "overlay-images", "overlay-layers"])
            MakeFolder(Path.Combine(path, folder));
        foreach (var file in (string[])["overlay-images/images.lock", "overlay-layers/layers.lock"])
        {
            if (File.Exists(Path.Combine(path, file)))
                continue;
            File.OpenHandle(Path.Combine(path, file), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            File.SetUnixFileMode(Path.Combine(path, file), FileMode644);
        }
        Durable.SyncFileSystem(path);
    }

    private static void MakeFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, FolderMode);
    }
}
