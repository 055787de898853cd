namespace Handcarry.Hosts.Node.Pressure;

/// <summary>The control group of this process, whose pressure files tell what the agent itself waits for.</summary>
internal static class OwnCgroup
{
    // PROC_CGROUP_INIT_INO (include/linux/proc_ns.h): the namespace that sees the root of the hierarchy as it is.
    private const string FirstNamespace = "cgroup:[4026531835]";

    /// <summary>
    /// The folder of its pressure files; null when it has none of its own: version 1 of control groups alone, or the root of the hierarchy, whose figures are the whole node's.
    /// </summary>
    public static string? Find() => Find("/proc/self", ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]);

    internal static string? Find(string self, IReadOnlyList<string> hierarchies)
    {
        try
        {
            // One line of version 2: "0::/system.slice/handcarry-agent.service" (cgroups(7)).
            var line = File.ReadLines(Path.Combine(self, "cgroup")).FirstOrDefault(static l => l.StartsWith("0::/", StringComparison.Ordinal));
            if (line is null || (line == "0::/" && new FileInfo(Path.Combine(self, "ns/cgroup")).LinkTarget is null or FirstNamespace))
                return null;
            return hierarchies.Select(folder => folder + line[3..]).FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "io.pressure")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
