using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Loading;

/// <summary>What loading leaves on a node: what of it is left where, is mounted, and has a loop device. Two nodes that have loaded the same bundle are alike in all of it.</summary>
internal static class NodeTree
{
    // Those of the agent's journal differ, and what the container tools remember of having been asked is theirs.
    private const string Asked = "/staging/.query";

    private static readonly string[] Parts = ["sealed", "blobs", "partial", "staging", "pulls"];

    public static IReadOnlyList<string> Of(SiteNode node)
    {
        var parts = Parts.Select(part => Path.Combine(node.StatePath, part)).Where(Directory.Exists).SelectMany(folder => Entries(folder, node)).Append(Entry(node.StorePath, node));
        return
        [
            .. parts.Where(static entry => !entry.Contains(Asked, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            .. SiteSweep.Mounts(node.Root).Select(mount => $"mounted {mount[node.Root.Length..]}").Order(StringComparer.Ordinal),
            .. SiteSweep.LoopDevices(node.Root).Select(device => $"loop device on {BackingOf(device)[node.Root.Length..]}").Order(StringComparer.Ordinal),
        ];
    }

    // Not into what is mounted there: that is the store, and the same file for all.
    private static IEnumerable<string> Entries(string folder, SiteNode node) => Directory.EnumerateFileSystemEntries(folder).SelectMany(path =>
        new FileInfo(path) is { LinkTarget: null } && Directory.Exists(path) && !SiteSweep.Mounts(node.Root).Contains(path) && !path.EndsWith(".before", StringComparison.Ordinal)
            ? Entries(path, node).Append(Entry(path, node))
            : [Entry(path, node)]);

    private static string Entry(string path, SiteNode node) =>
        $"{path[node.Root.Length..]} {new FileInfo(path).LinkTarget ?? (Directory.Exists(path) ? "folder" : path.Contains("/sha256/", StringComparison.Ordinal) ? $"{new FileInfo(path).Length} bytes" : "file")}";

    private static string BackingOf(string device) => File.ReadAllText($"/sys/block/{Path.GetFileName(device)}/loop/backing_file").TrimEnd('\n');
}
