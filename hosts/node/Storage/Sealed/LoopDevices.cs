using System.Text;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>Which files the kernel has behind its loop devices (Documentation/ABI/testing/sysfs-block-loop).</summary>
internal static class LoopDevices
{
    private const string Deleted = " (deleted)";

    /// <summary>The file behind what is mounted at <paramref name="folder"/>; null when nothing is, or no file, or one that has been removed.</summary>
    public static string? MountedAt(string folder)
    {
        // Of several mounts over each other the last is seen. Fields 3 and 5: the device's number, the mount point (proc_pid_mountinfo(5)).
        var line = File.ReadLines("/proc/self/mountinfo", Encoding.UTF8).LastOrDefault(line => line.Split(' ')[4] == folder);
        return line is null ? null : Read($"/sys/dev/block/{line.Split(' ')[2]}/loop/backing_file");
    }

    /// <summary>Whether a loop device has <paramref name="file"/>: as long as anything that was mounted from it is in use, also after it was unmounted or removed.</summary>
    public static bool Have(string file) =>
        Directory.Exists("/sys/block") && Directory.EnumerateDirectories("/sys/block", "loop*").Any(device => Read($"{device}/loop/backing_file") is { } path && (path == file || path == file + Deleted));

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
