namespace Handcarry.Hosts.Node.Arming;

/// <summary>What arming has to know of a host.</summary>
public sealed record HostFacts
{
    /// <summary>The runtime.</summary>
    public NodeRuntime Runtime { get; init; }

    /// <summary>Whether a machine config operator looks after this host.</summary>
    public bool HasMachineConfig { get; init; }

    /// <summary>The files and units that its rendered config names.</summary>
    public IReadOnlySet<string> Owned { get; init; } = new HashSet<string>();

    /// <summary>Which of the two paths of image stores have more than the empty skeleton: a link to a sealed store, or a layer store. Nothing is changed in these.</summary>
    public IReadOnlySet<string> Published { get; init; } = new HashSet<string>();

    /// <summary>Where the runtime keeps what it pulls.</summary>
    public string GraphRoot { get; init; } = "/var/lib/containers/storage";

    /// <summary><c>/etc/containers/storage.conf</c>; null without one.</summary>
    public string? StorageConf { get; init; }

    /// <summary>The entries of registries.conf and its drop-ins, in the order in which they are read.</summary>
    public IReadOnlyList<RegistryEntry> Registries { get; init; } = [];

    /// <summary>The files in registries.d with their text.</summary>
    public IReadOnlyDictionary<string, string> SignatureStores { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether containerd reads <c>/etc/containerd/certs.d</c>.</summary>
    public bool ReadsCertsFolder { get; init; }
}
