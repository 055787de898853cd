using System.Runtime.InteropServices;

namespace Handcarry.Hosts.Node.Native;

/// <summary>Changes to a file system that survive a power cut once the call has returned.</summary>
internal static class Durable
{
    /// <summary>Makes the names in <paramref name="folder"/> durable.</summary>
    public static void SyncFolder(string folder) => WithFolder(folder, LibC.Sync, "fsync");

    /// <summary>Makes everything on the file system of <paramref name="folder"/> durable (syncfs(2), what <c>sync -f</c> does).</summary>
    public static void SyncFileSystem(string folder) => WithFolder(folder, LibC.SyncFileSystem, "syncfs");

    /// <summary>Puts a small file in place: after a crash it is either as before or whole.</summary>
    public static void WriteFile(string path, string text)
    {
        var temporary = path + ".new";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Renames in one step; <paramref name="exchange"/> swaps two existing names, otherwise the new name must be free.</summary>
    public static void Rename(string from, string to, bool exchange)
    {
        if (LibC.Rename(LibC.CurrentDirectory, from, LibC.CurrentDirectory, to, exchange ? LibC.RenameExchange : LibC.RenameNoReplace) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException($"Renaming {from} to {to}: {LibC.Describe(error)}", error);
        }
    }

    private static void WithFolder(string folder, Func<int, int> call, string what)
    {
        var descriptor = LibC.Open(folder, LibC.ReadOnly | LibC.CloseOnExec);
        if (descriptor < 0)
            throw Failure($"Opening {folder}");
        try
        {
            if (call(descriptor) != 0)
                throw Failure($"{what} of {folder}");
        }
        finally
        {
            _ = LibC.Close(descriptor);
        }
    }

    private static IOException Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {LibC.Describe(error)}", error);
    }
}
