using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>Which files the kernel has behind its loop devices (Documentation/ABI/testing/sysfs-block-loop).</summary>
internal static class LoopDevices
{
    private const string Deleted = " (deleted)";

    /// <summary>
    /// Whether <paramref name="blob"/>, in its folder sha256, is mounted at <paramref name="folder"/>. Asked of the folder's device and not of a table of mounts, so that it is right as well for
    /// an agent that sees the host's files in another mount namespace, where the kernel tells only the end of the path for certain.
    /// </summary>
    public static bool IsMounted(string blob, string folder) =>
        FileStatus.Of(folder) is { IsFolder: true } status
        && Read($"/sys/dev/block/{status.FileSystemMajor}:{status.FileSystemMinor}/loop/backing_file") is { } file
        && file.EndsWith($"/{Path.GetFileName(Path.GetDirectoryName(blob))}/{Path.GetFileName(blob)}", StringComparison.Ordinal);

    /// <summary>Whether anything is mounted at <paramref name="folder"/>.</summary>
    public static bool IsMountPoint(string folder) =>
        FileStatus.Of(folder) is { } inner && FileStatus.Of(Path.GetDirectoryName(folder)!) is { } outer
        && (inner.FileSystemMajor, inner.FileSystemMinor) != (outer.FileSystemMajor, outer.FileSystemMinor);

    /// <summary>Whether a loop device has <paramref name="file"/>: as long as anything that was mounted from it is in use, also after it was unmounted or removed.</summary>
    public static bool Have(string file) => Files().Any(path => path == file || path == file + Deleted);

    /// <summary>Whether a loop device has a file whose path ends so.</summary>
    public static bool HaveAny(string ending) => Files().Any(path => path.EndsWith(ending, StringComparison.Ordinal));

    private static IEnumerable<string> Files() =>
        Directory.Exists("/sys/block") ? Directory.EnumerateDirectories("/sys/block", "loop*").Select(static device => Read($"{device}/loop/backing_file")).OfType<string>() : [];

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // No loop device, or let go at this moment.
        }
    }
}
