namespace Handcarry.ClusterConfig.Options;

/// <summary>Paths of the host, below the directory at which this process sees the host's root.</summary>
public static class HostPath
{
    // Linux gives up after as many links in one path (MAXSYMLINKS, include/linux/namei.h).
    private const int MaxLinks = 40;

    /// <summary>
    /// Where the host's absolute <paramref name="path"/> is below <paramref name="root"/>. Symbolic links are followed as the host would follow them,
    /// an absolute one from <paramref name="root"/> and <c>..</c> never above it, so that the result cannot lie outside of it. What does
    /// not exist yet is taken as it is written. Throws <see cref="IOException"/> on a loop of links.
    /// </summary>
    public static string Below(string root, string path)
    {
        var result = new List<string>();
        var rest = new Stack<string>(Segments(path).Reverse());
        var links = 0;
        while (rest.TryPop(out var segment))
        {
            if (segment == "..")
            {
                if (result.Count > 0)
                    result.RemoveAt(result.Count - 1);
                continue;
            }

            var target = new FileInfo(Join(root, [.. result, segment])).LinkTarget;
            if (target is null)
            {
                result.Add(segment);
                continue;
            }

            if (++links > MaxLinks)
                throw new IOException($"{path} below {root} leads through more than {MaxLinks} symbolic links: remove the loop.");
            if (target.StartsWith('/'))
                result.Clear();
            foreach (var part in Segments(target).Reverse())
                rest.Push(part);
        }

        return Join(root, result);
    }

    private static IEnumerable<string> Segments(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".");

    private static string Join(string root, List<string> segments) =>
        segments.Count == 0 ? root : root.TrimEnd('/') + "/" + string.Join('/', segments);
}
