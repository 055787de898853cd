using System.Text.RegularExpressions;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>From the facts of a host to the changes that arm it, or to all that is in the way. Pure.</summary>
public static partial class ArmingPlanner
{
    private const string MirrorFile = "/etc/containers/registries.conf.d/99-handcarry.conf";
    private const string SignatureFile = "/etc/containers/registries.d/handcarry.yaml";
    /// <summary>CRI-O's drop-in that names the stores.</summary>
    internal const string StoreDropIn = "/etc/crio/crio.conf.d/60-handcarry-store";

    private const string StorageFile = "/etc/containers/storage.conf";

    /// <summary>Plans.</summary>
    public static ArmingPlan Plan(HostFacts facts, ArmingSettings settings)
    {
        var changes = Changes(facts, settings).ToList();
        var refusals = Refusals(facts, settings, changes).ToList();
        return new(changes, Services(facts.Runtime), refusals) { Untouched = [.. settings.Stores.Where(facts.Published.Contains)] };
    }

    // The skeleton comes before the setting that names it: CRI-O ends at its start when the path is not there,
    // and before 1.37 also when a read-only store lacks these files (measured, CRI-O 1.26).
    private static IEnumerable<HostChange> Changes(HostFacts facts, ArmingSettings settings)
    {
        if (facts.Runtime is NodeRuntime.Crio or NodeRuntime.Podman)
        {
            // What was published there has these.
            foreach (var store in settings.Stores.Where(store => !facts.Published.Contains(store)))
            {
                yield return new HostChange.PutFile($"{store}/overlay-images/images.lock", "");
                yield return new HostChange.PutFile($"{store}/overlay-layers/layers.lock", "");
                yield return new HostChange.MakeFolder($"{store}/overlay/l");
            }
            yield return new HostChange.PutFile(MirrorFile, ArmingFiles.Mirrors(settings, facts.Registries.Where(entry => entry.File != MirrorFile)));
            yield return new HostChange.PutFile(SignatureFile, ArmingFiles.SignatureStore(settings));
        }
        if (facts.Runtime == NodeRuntime.Crio)
        {
            yield return new HostChange.PutFile(StoreDropIn, ArmingFiles.CrioStores(settings.Stores));
        }
        if (facts.Runtime == NodeRuntime.Podman && !NamesStores(facts, settings) && ArmingFiles.StorageConf(facts.StorageConf, settings.Stores) is { } storage)
            yield return new HostChange.PutFile(StorageFile, storage);
        if (facts.Runtime == NodeRuntime.Podman && NamesStores(facts, settings))
            yield return new HostChange.PutFile(StorageFile, facts.StorageConf!);
        if (facts.Runtime == NodeRuntime.Containerd)
        {
            foreach (var host in settings.Sources.Select(source => source.Split('/')[0]).Distinct(StringComparer.Ordinal))
                yield return new HostChange.PutFile($"/etc/containerd/certs.d/{host}/hosts.toml", ArmingFiles.ContainerdHost(host, settings));
        }
    }

    private static IReadOnlyList<ServiceAction> Services(NodeRuntime runtime) => runtime == NodeRuntime.Crio
        ? [new(ServiceActionKind.ReadUnits), new(ServiceActionKind.Restart, "crio.service")]
        : []; // containerd and podman read these files at each pull

    private static IEnumerable<ArmingRefusal> Refusals(HostFacts facts, ArmingSettings settings, IReadOnlyList<HostChange> changes)
    {
        if (facts.Runtime == NodeRuntime.None)
            yield return new(ArmingReasons.NoRuntime, "This host has neither CRI-O nor containerd nor podman: install the runtime first.");
        if (!PlainPath().IsMatch(settings.Store))
            yield return new(ArmingReasons.StoreMisplaced, $"The store {settings.Store} is no plain absolute path: give one of letters, digits, '.', '_' and '-'.");
        else if ((settings.RuntimeStorage.Length > 0 ? settings.RuntimeStorage : facts.GraphRoot) is var main && settings.Stores.FirstOrDefault(store => IsWithin(store, main) || IsWithin(main, store)) is { } misplaced)
            yield return new(ArmingReasons.StoreMisplaced, $"The store {misplaced} and the runtime's own storage {main} lie in each other, and the runtime wipes its own: choose a path outside.");
        foreach (var owned in changes.Where(change => facts.Owned.Contains(change.Path)))
            yield return new(ArmingReasons.OwnedByMachineConfig, $"{owned.Path} belongs to the machine config operator, and an edit would degrade the node: let it make the change (handcarry render machine-config prints it).");
        foreach (var later in facts.Registries.Where(entry => settings.Sources.Contains(entry.Prefix) && string.CompareOrdinal(entry.File, MirrorFile) > 0 && entry.File != "/etc/containers/registries.conf"))
            yield return new(ArmingReasons.ConfigurationConflict, $"{later.File} is read after {MirrorFile} and would hide its mirror for {later.Prefix}: rename it to sort before, or add the mirror {settings.Mirror} to it.");
        foreach (var (file, _) in facts.SignatureStores.Where(store => store.Key != SignatureFile && store.Value.Contains($"{settings.Mirror}:", StringComparison.Ordinal)))
            yield return new(ArmingReasons.ConfigurationConflict, $"{file} already says where the signatures of {settings.Mirror} are, which may be said once only: remove it there.");
        if (facts.Runtime == NodeRuntime.Podman && !NamesStores(facts, settings) && ArmingFiles.StorageConf(facts.StorageConf, settings.Stores) is null)
            yield return new(ArmingReasons.ConfigurationConflict, $"{StorageFile} names additional image stores already: add {string.Join(" and ", settings.Stores.Select(static store => $"\"{store}\""))} to additionalimagestores there.");
        if (facts.Runtime == NodeRuntime.Containerd && !facts.ReadsCertsFolder)
            yield return new(ArmingReasons.ConfigurationConflict, "containerd does not read /etc/containerd/certs.d: set config_path = \"/etc/containerd/certs.d\" in [plugins.\"io.containerd.grpc.v1.cri\".registry] of /etc/containerd/config.toml and restart it.");
    }

    /// <summary>Whether storage.conf names both stores: it was armed before, or by hand.</summary>
    internal static bool NamesStores(HostFacts facts, ArmingSettings settings) => (facts.StorageConf ?? "").Split('\n')
        .Any(line => line.TrimStart().StartsWith("additionalimagestores", StringComparison.Ordinal) && settings.Stores.All(store => line.Contains($"\"{store}\"", StringComparison.Ordinal)));

    private static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    [GeneratedRegex(@"^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$")]
    private static partial Regex PlainPath();
}
