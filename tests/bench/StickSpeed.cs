using System.Globalization;

namespace Handcarry.Bench;

/// <summary>
/// This process, and what it starts, reads from one device as fast as a stick gives: the kernel's block throttle, in a control group of its own, in either
/// hierarchy. Ends where it began.
/// </summary>
internal sealed class StickSpeed : IDisposable
{
    private readonly string _group;
    private readonly string _back;

    private StickSpeed(string group, string back) => (_group, _back) = (group, back);

    /// <summary>Begins; null where the kernel has no such throttle, or only another may set it.</summary>
    /// <param name="device">The device's number, such as <c>7:0</c>.</param>
    /// <param name="bytesPerSecond">What it gives from now on.</param>
    public static StickSpeed? Begin(string device, long bytesPerSecond)
    {
        var first = Directory.Exists("/sys/fs/cgroup/blkio");
        var root = first ? "/sys/fs/cgroup/blkio" : "/sys/fs/cgroup";
        // "4:blkio:/" of the first hierarchy, "0::/" of the second (cgroups(7)).
        var own = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).First(line => first ? line[1].Split(',').Contains("blkio") : line[0] == "0")[2];
        var speed = new StickSpeed(Path.Combine(root, $"handcarry-bench-{Environment.ProcessId}"), Path.Combine(root, own.TrimStart('/'), "cgroup.procs"));
        try
        {
            if (!first)
                File.WriteAllText(Path.Combine(root, "cgroup.subtree_control"), "+io");
            Directory.CreateDirectory(speed._group);
            var (file, limit) = first ? ("blkio.throttle.read_bps_device", "") : ("io.max", "rbps=");
            File.WriteAllText(Path.Combine(speed._group, file), string.Create(CultureInfo.InvariantCulture, $"{device} {limit}{bytesPerSecond}"));
            File.WriteAllText(Path.Combine(speed._group, "cgroup.procs"), $"{Environment.ProcessId}");
            return speed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            speed.Dispose();
            return null;
        }
    }

    /// <summary>Lets another process read no faster either; it must have ended when this ends.</summary>
    public void Admit(int process) => File.WriteAllText(Path.Combine(_group, "cgroup.procs"), $"{process}");

    public void Dispose()
    {
        if (!Directory.Exists(_group))
            return;
        File.WriteAllText(_back, $"{Environment.ProcessId}");
        Directory.Delete(_group);
    }
}
