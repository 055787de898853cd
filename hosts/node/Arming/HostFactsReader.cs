using System.Text.Json;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Storage;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>Reads <see cref="HostFacts"/> from the files of a host; asks no program.</summary>
/// <param name="root">The folder at which this process sees the host's root.</param>
public sealed class HostFactsReader(string root)
{
    /// <summary>The rendered config that the machine config daemon has applied (MCO, pkg/daemon/constants: CurrentConfig).</summary>
    public const string CurrentConfig = "/etc/machine-config-daemon/currentconfig";

    /// <param name="store">Absolute path of the image store on the host.</param>
    /// <exception cref="ArmingException">The machine config cannot be read.</exception>
    public HostFacts Read(string store = "/var/lib/handcarry/store")
    {
        var conf = Text("/etc/containers/storage.conf");
        var containerd = Text("/etc/containerd/config.toml") ?? "";
        return new HostFacts
        {
            Runtime = IsThere("/etc/crio") || IsThere("/usr/bin/crio") ? NodeRuntime.Crio
                : IsThere("/etc/containerd") || IsThere("/usr/bin/containerd") ? NodeRuntime.Containerd
                : IsThere("/etc/containers") || IsThere("/usr/bin/podman") ? NodeRuntime.Podman
                : NodeRuntime.None,
            HasMachineConfig = Text(CurrentConfig) is not null,
            Owned = Owned(Text(CurrentConfig)),
            Published = new[] { store, SecondStore.Of(store) }.Where(HasMore).ToHashSet(StringComparer.Ordinal),
            GraphRoot = RuntimeGraphRoot.Of(root),
            StorageConf = conf,
            Registries = [.. Files("/etc/containers/registries.conf.d", ".conf").Prepend("/etc/containers/registries.conf")
                .SelectMany(file => RegistryEntry.Read(file, Text(file) ?? ""))],
            SignatureStores = Files("/etc/containers/registries.d", ".yaml").ToDictionary(file => file, file => Text(file) ?? ""),
            ReadsCertsFolder = containerd.Split('\n').Any(line => line.Trim().StartsWith("config_path", StringComparison.Ordinal) && line.Contains("/etc/containerd/certs.d", StringComparison.Ordinal)),
        };
    }

    private bool HasMore(string store)
    {
        var at = Path.Combine(HostPath.Below(root, Path.GetDirectoryName(store)!), Path.GetFileName(store));
        return new FileInfo(at).LinkTarget is not null || !StoreSkeleton.IsEmpty(at);
    }

    private static HashSet<string> Owned(string? config)
    {
        var owned = new HashSet<string>(StringComparer.Ordinal);
        if (config is null)
            return owned;
        try
        {
            using var json = JsonDocument.Parse(config);
            var ignition = json.RootElement.GetProperty("spec").GetProperty("config");
            foreach (var kind in new[] { "files", "directories", "links" })
                owned.UnionWith(Items(ignition, "storage", kind).Select(item => item.GetProperty("path").GetString()!));
            foreach (var unit in Items(ignition, "systemd", "units"))
            {
                var path = $"/etc/systemd/system/{unit.GetProperty("name").GetString()}";
                owned.Add(path);
                if (unit.TryGetProperty("dropins", out var dropIns) && dropIns.ValueKind == JsonValueKind.Array)
                    owned.UnionWith(dropIns.EnumerateArray().Select(dropIn => $"{path}.d/{dropIn.GetProperty("name").GetString()}"));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ArmingException(ArmingReasons.MachineConfigUnreadable, $"{CurrentConfig} cannot be understood ({e.Message}), so nobody knows which files the machine config operator owns: look at that file and at the machine config daemon of this node.", e);
        }
        return owned;
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement ignition, string section, string kind) =>
        ignition.TryGetProperty(section, out var inner) && inner.TryGetProperty(kind, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;

    private bool IsThere(string path) => Path.Exists(HostPath.Below(root, path));

    private string? Text(string path) => HostPath.Below(root, path) is var at && File.Exists(at) ? File.ReadAllText(at) : null;

    private IEnumerable<string> Files(string folder, string ending) => HostPath.Below(root, folder) is var at && Directory.Exists(at)
        ? Directory.EnumerateFiles(at).Select(file => Path.GetFileName(file)!).Where(name => name.EndsWith(ending, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name => $"{folder}/{name}")
        : [];
}
