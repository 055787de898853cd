using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>An empty store: the runtime must find the path when it starts, and some versions must find these files in it (reference/container-storage.md section C).</summary>
internal static class StoreSkeleton
{
    /// <summary>Makes it, or what is missing of it; durable when the call has returned.</summary>
    public static void Make(string path)
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var folder in (string[])["", "overlay", "overlay/l", "overlay-images", "overlay-layers"])
            Directory.CreateDirectory(Path.Combine(path, folder), OwnerOnly);
        foreach (var file in (string[])["overlay-images/images.lock", "overlay-layers/layers.lock"])
            File.OpenHandle(Path.Combine(path, file), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        Durable.SyncFileSystem(path);
    }
}
