using Handcarry.ClusterConfig.Options;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>Where CRI-O and podman keep their own images, as the files of a host say.</summary>
public static class RuntimeGraphRoot
{
    /// <summary>What containers/storage takes when nothing is said (storage/types/options.go).</summary>
    public const string Default = "/var/lib/containers/storage";

    /// <summary>
    /// The folder as the host sees it: <c>root</c> of table <c>[crio]</c>, of which the last file by name counts (crio.conf.d(5)), beats <c>graphroot</c> of table <c>[storage]</c>, and
    /// <c>/etc/containers/storage.conf</c> hides the one of the distribution altogether (containers-storage.conf(5)).
    /// </summary>
    /// <param name="root">The folder at which this process sees the host's root.</param>
    public static string Of(string root)
    {
        var crio = DropIns(root).Prepend("/etc/crio/crio.conf").Select(file => Setting(Text(root, file), "[crio]", "root")).LastOrDefault(static value => value is not null);
        var storage = Text(root, "/etc/containers/storage.conf") ?? Text(root, "/usr/share/containers/storage.conf");
        return (crio ?? Setting(storage, "[storage]", "graphroot") ?? Default) is var found && found.Length > 1 ? found.TrimEnd('/') : Default;
    }

    private static string? Setting(string? text, string table, string key)
    {
        var lines = (text ?? "").Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#');
        var own = lines.SkipWhile(line => line.Split('#')[0].TrimEnd() != table).Skip(1).TakeWhile(static line => line[0] != '[');
        return RegistryEntry.Value(own, key) is { Length: > 0 } value ? value : null;
    }

    // CRI-O reads every file there, whatever its name.
    private static IEnumerable<string> DropIns(string root) => HostPath.Below(root, "/etc/crio/crio.conf.d") is var at && Directory.Exists(at)
        ? Directory.EnumerateFiles(at).Select(static file => Path.GetFileName(file)!).Order(StringComparer.Ordinal).Select(static name => $"/etc/crio/crio.conf.d/{name}")
        : [];

    private static string? Text(string root, string path) => HostPath.Below(root, path) is var at && File.Exists(at) ? File.ReadAllText(at) : null;
}
