using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// A file in the root of a store that names its generation. It is written when everything else in the store is durable, so a store that
/// has it is complete and survived whatever came after; and after the store was published it tells which one is published.
/// </summary>
internal static class StoreMarker
{
    private const string FileName = "handcarry-generation";

    /// <summary>The generation of the store at <paramref name="root"/>; null when it has no marker.</summary>
    public static string? Read(string root)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, FileName)).TrimEnd('\n');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public static void Write(string root, string generation) => Durable.WriteFile(Path.Combine(root, FileName), generation + "\n");

    public static void Remove(string root)
    {
        var path = Path.Combine(root, FileName);
        if (!File.Exists(path))
            return;
        File.Delete(path);
        Durable.SyncFolder(root);
    }
}
