using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Hosts.Node.Tests.Arming;

/// <summary>Everything below a folder, one line a name: kind, mode, owner, bytes, extended attributes, link targets.</summary>
internal static class HostSnapshot
{
    public static IReadOnlyList<string> Of(string root, params string[] without)
    {
        var tree = new HostTree(root);
        return [.. Directory.EnumerateFileSystemEntries(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
            .Select(path => "/" + Path.GetRelativePath(root, path))
            .Where(path => !without.Any(folder => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .Select(path => $"{path} {tree.Read(path)}")];
    }
}
