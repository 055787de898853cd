using System.Text;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>The text of the files that arm a host.</summary>
public static class ArmingFiles
{
    private const string Head = "# Written by handcarry arm, removed by handcarry disarm.\n";

    /// <summary>CRI-O drop-in; the options are added to those of storage.conf (measured with CRI-O 1.26 and 1.37; pkg/config/config.go).</summary>
    public static string CrioStores(IEnumerable<string> stores) => $"""
        {Head}[crio]
        storage_option = [{string.Join(", ", stores.Select(static store => $"\"overlay.imagestore={store}\""))}]

        """;

    /// <summary>
    /// registries.conf drop-in. An entry hides an earlier one of the same prefix (sysregistriesv2), so what that one says is said again after our mirror.
    /// </summary>
    public static string Mirrors(ArmingSettings settings, IEnumerable<RegistryEntry> existing)
    {
        var earlier = existing.GroupBy(entry => entry.Prefix, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Text, StringComparer.Ordinal);
        var text = new StringBuilder(Head);
        foreach (var source in settings.Sources)
        {
            var theirs = earlier.GetValueOrDefault(source) ?? [$"prefix = \"{source}\"", $"location = \"{source}\""];
            text.Append("\n[[registry]]\n").AppendJoin('\n', theirs.TakeWhile(line => line[0] != '['));
            text.Append($"\n\n[[registry.mirror]]\nlocation = \"{settings.Mirror}/{Path(source)}\"\ninsecure = true\npull-from-mirror = \"digest-only\"\n");
            foreach (var line in theirs.SkipWhile(line => line[0] != '['))
                text.Append(line[0] == '[' ? "\n" : "").Append(line).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>registries.d file: signatures lie beside the images (containers-registries.d(5)).</summary>
    public static string SignatureStore(ArmingSettings settings) => $"{Head}docker:\n  {settings.Mirror}:\n    use-sigstore-attachments: true\n";

    /// <summary>hosts.toml of containerd for one registry host; the registry itself stays the last to be asked.</summary>
    public static string ContainerdHost(string host, ArmingSettings settings) => $"""
        {Head}server = "https://{host}"

        [host."http://{settings.Mirror}"]
          capabilities = ["pull", "resolve"]

        """;

    /// <summary>Mount unit of a sealed store, before CRI-O; without the file it is skipped, and CRI-O starts all the same.</summary>
    public static string MountUnit(string what, string where) => $"""
        {Head}[Unit]
        Description=Sealed image store of Handcarry
        ConditionPathExists={what}
        Before=crio.service

        [Mount]
        What={what}
        Where={where}
        Type=squashfs
        Options=loop,ro,nosuid,nodev

        [Install]
        WantedBy=crio.service

        """;

    /// <summary>Name of the mount unit of a path (systemd.unit(5), "String escaping for inclusion in unit names").</summary>
    public static string MountUnitName(string where)
    {
        var name = new StringBuilder();
        foreach (var part in Encoding.UTF8.GetBytes(where.Trim('/')))
        {
            if (part == '/')
                name.Append('-');
            else if (char.IsAsciiLetterOrDigit((char)part) || part is (byte)'_' or (byte)':' || (part == '.' && name.Length > 0))
                name.Append((char)part);
            else
                name.Append($"\\x{part:x2}");
        }
        return name.Append(".mount").ToString();
    }

    /// <summary>The line of storage.conf that names the stores.</summary>
    public static string StorageSetting(IEnumerable<string> stores) => $"additionalimagestores = [{string.Join(", ", stores.Select(static store => $"\"{store}\""))}]";

    /// <summary>storage.conf with the stores in it, also in place of the first of them alone, which earlier versions wrote; null when it names others already.</summary>
    public static string? StorageConf(string? existing, IReadOnlyList<string> stores)
    {
        var setting = StorageSetting(stores);
        if (existing is null)
            return $"{Head}[storage]\ndriver = \"overlay\"\nrunroot = \"/run/containers/storage\"\ngraphroot = \"/var/lib/containers/storage\"\n\n[storage.options]\n{setting}\n";
        var lines = existing.Split('\n').ToList();
        if (lines.IndexOf(StorageSetting(stores.Take(1))) is >= 0 and var alone)
        {
            lines[alone] = setting;
            return string.Join('\n', lines);
        }
        if (lines.Any(line => line.TrimStart().StartsWith("additionalimagestores", StringComparison.Ordinal)))
            return null;
        var options = lines.FindIndex(line => line.Trim() == "[storage.options]");
        if (options < 0)
            return $"{existing.TrimEnd('\n')}\n\n[storage.options]\n{setting}\n";
        lines.Insert(options + 1, setting);
        return string.Join('\n', lines);
    }

    /// <summary>The repository without its host, as registries name it.</summary>
    internal static string Path(string source) => source[(source.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
