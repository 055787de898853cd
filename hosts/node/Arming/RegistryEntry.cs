namespace Handcarry.Hosts.Node.Arming;

/// <summary>A <c>[[registry]]</c> table of a registries.conf file (containers-registries.conf(5)).</summary>
/// <param name="File">Path of the file on the host.</param>
/// <param name="Prefix">What it is for: <c>prefix</c>, or without one <c>location</c>.</param>
/// <param name="Text">Its keys and <c>[[registry.mirror]]</c> tables as written.</param>
public sealed record RegistryEntry(string File, string Prefix, IReadOnlyList<string> Text)
{
    /// <summary>The entries of a file. Only what is needed of TOML is understood: tables and keys, each on a line of its own.</summary>
    public static IEnumerable<RegistryEntry> Read(string file, string text)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToList();
        for (var start = lines.IndexOf("[[registry]]"); start >= 0;)
        {
            var end = lines.FindIndex(start + 1, line => line[0] == '[' && line != "[[registry.mirror]]");
            var own = lines[(start + 1)..(end < 0 ? lines.Count : end)];
            var keys = own.TakeWhile(line => line[0] != '[').ToList();
            if ((Value(keys, "prefix") ?? Value(keys, "location")) is { } prefix)
                yield return new(file, prefix, own);
            start = end < 0 ? -1 : lines.IndexOf("[[registry]]", end);
        }
    }

    /// <summary>The text of a key.</summary>
    public static string? Value(IEnumerable<string> lines, string key)
    {
        foreach (var line in lines)
        {
            var parts = line.Split('=', 2);
            if (parts.Length == 2 && parts[0].Trim() == key)
                return parts[1].Split('#')[0].Trim().Trim('"', '\'');
        }
        return null;
    }
}
