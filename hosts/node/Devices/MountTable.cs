namespace Handcarry.Hosts.Node.Devices;

/// <summary>
/// What is mounted or swapped on, as /proc/self/mountinfo (proc(5)) and /proc/swaps tell; and /proc/1/mountinfo, where it can be read: an agent in a container with
/// the host's process namespace sees there what the host has mounted since, which its own namespace need not show.
/// </summary>
internal sealed class MountTable
{
    private readonly List<(string Number, string Source, string Point, bool ReadOnly, bool Own)> _mounts = [];
    private readonly HashSet<string> _swaps = new(StringComparer.Ordinal);

    public MountTable(string procRoot)
    {
        Add(Path.Combine(procRoot, "self/mountinfo"), own: true);
        try
        {
            Add(Path.Combine(procRoot, "1/mountinfo"), own: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without CAP_SYS_PTRACE another's mounts are not shown.
        }

        // The first line is a heading; kernels without swap have no such file.
        var swaps = Path.Combine(procRoot, "swaps");
        if (File.Exists(swaps))
            _swaps.UnionWith(File.ReadLines(swaps).Skip(1).Select(line => Plain(line.Split(' ', '\t')[0])));
    }

    /// <summary>Where the device is mounted. File systems with numbers of their own, such as btrfs, tell only the name of the device.</summary>
    public IEnumerable<(string Point, bool ReadOnly)> Of(SysDevice device) =>
        _mounts.Where(mount => mount.Number == device.Number || mount.Source == device.Node).Select(mount => (mount.Point, mount.ReadOnly)).Distinct();

    /// <summary>What is mounted below <paramref name="folder"/> in this process's own namespace, what was mounted last first.</summary>
    public IEnumerable<string> PointsBelow(string folder) =>
        _mounts.Where(mount => mount.Own).Select(mount => mount.Point).Where(point => point.StartsWith(folder + "/", StringComparison.Ordinal)).Reverse();

    public bool IsSwap(SysDevice device) => _swaps.Contains(device.Node);

    private void Add(string file, bool own)
    {
        foreach (var line in File.ReadLines(file))
        {
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-", 6);
            _mounts.Add((fields[2], Plain(fields[separator + 2]), Plain(fields[4]), IsReadOnly(fields[separator + 3]), own));
        }
    }

    // Of the file system as a whole: one that is mounted in one place for reading only may be written to in another.
    private static bool IsReadOnly(string options) => options.Split(',')[0] == "ro";

    // Space, tab, newline and backslash stand there as three octal digits.
    private static string Plain(string field)
    {
        for (var at = field.IndexOf('\\'); at >= 0 && at + 3 < field.Length; at = field.IndexOf('\\', at + 1))
            field = field[..at] + (char)Convert.ToInt32(field.Substring(at + 1, 3), 8) + field[(at + 4)..];
        return field;
    }
}
