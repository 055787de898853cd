namespace Handcarry.ClusterConfig.Options;

/// <summary>
/// The agent's configuration: <c>handcarry.yaml</c>, over it the environment (<c>HANDCARRY__NODE__NAME</c>), over it flags
/// (<c>--node.name=...</c>). docs/configuration.md explains each setting.
/// </summary>
public sealed record HandcarryOptions
{
    /// <summary>Section <c>node</c>.</summary>
    public required NodeOptions Node { get; init; }

    /// <summary>Section <c>remoting</c>.</summary>
    public required RemotingOptions Remoting { get; init; }

    /// <summary>Section <c>data</c>.</summary>
    public required DataOptions Data { get; init; }

    /// <summary>Section <c>tls</c>.</summary>
    public required TlsOptions Tls { get; init; }

    /// <summary>Section <c>web</c>.</summary>
    public required WebOptions Web { get; init; }

    /// <summary>Section <c>clients</c>.</summary>
    public ClientsOptions Clients { get; init; } = new();

    /// <summary>Section <c>cluster</c>.</summary>
    public MembershipOptions Cluster { get; init; } = new();

    /// <summary>Section <c>kubernetes</c>.</summary>
    public KubernetesOptions Kubernetes { get; init; } = new();

    /// <summary>Section <c>media</c>.</summary>
    public MediaOptions Media { get; init; } = new();

    /// <summary>Section <c>load</c>.</summary>
    public LoadOptions Load { get; init; } = new();

    /// <summary>Section <c>arming</c>.</summary>
    public ArmingOptions Arming { get; init; } = new();

    /// <summary>Section <c>limits</c>.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>Section <c>journal</c>.</summary>
    public NodeJournalOptions Journal { get; init; } = new();

    /// <summary>Section <c>console</c>.</summary>
    public ConsoleOptions Console { get; init; } = new();

    /// <summary>Section <c>log</c>.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>Section <c>telemetry</c>.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Absolute path of the state folder as this process sees it.</summary>
    public string StatePath => HostPath.Below(Node.Root, Node.State);

    /// <summary>Absolute path of the folder of the blobs, in the state folder.</summary>
    public string BlobsPath => HostPath.Below(Node.Root, Node.State + "/blobs");

    /// <summary>Absolute path of the folder in which images are put together before they are published, in the state folder.</summary>
    public string StagingPath => HostPath.Below(Node.Root, Node.State + "/staging");

    /// <summary>Absolute path of the folder for what must not outlive a reboot, below the host's <c>/run</c>.</summary>
    public string RunPath => HostPath.Below(Node.Root, "/run/handcarry");

    /// <summary>Absolute path of the journal's SQLite file, in the state folder.</summary>
    public string JournalPath => HostPath.Below(Node.Root, Node.State + "/journal.db");

    /// <summary>Absolute path of the published image store as this process sees it: the name itself, which may be a link.</summary>
    public string StorePath => Path.Combine(HostPath.Below(Node.Root, Path.GetDirectoryName(Load.Store)!), Path.GetFileName(Load.Store));

    /// <summary>Absolute path of the folder of what arming has changed on this node, in the state folder.</summary>
    public string ArmingPath => HostPath.Below(Node.Root, Node.State + "/arming");

    /// <summary>Absolute path of the folder of what pins have changed on this node, in the state folder.</summary>
    public string PinsPath => HostPath.Below(Node.Root, Node.State + "/pins");

    /// <summary>Absolute path of the folder of what the login prompts have changed on this node, in the state folder.</summary>
    public string ConsolePath => HostPath.Below(Node.Root, Node.State + "/console");

    /// <summary>Absolute path of the folder of what the runtime has pulled for bundles, in the state folder.</summary>
    public string PullsPath => HostPath.Below(Node.Root, Node.State + "/pulls");

    /// <summary>Absolute path of the folder in which media appear, as this process sees it; null when there is none.</summary>
    public string? MediaFolder => Media.Folder.Length == 0 ? null : HostPath.Below(Node.Root, Media.Folder);

    /// <summary>
    /// Absolute path of the file of the bundle that the administrator has named, as this process sees it at the moment; null when there is none, or when it is on a device.
    /// </summary>
    public string? BundlePath => Media.Bundle.Length == 0 || Media.BundleIsOnDevice ? null : HostPath.Below(Node.Root, Media.Bundle);

    /// <summary>Absolute path of the folder in which file systems of media are mounted while they are read.</summary>
    public string MountPath => RunPath + "/media";

    /// <summary>Socket of the host's system bus as this process sees it.</summary>
    public string BusSocket => HostPath.Below(Node.Root, "/run/dbus/system_bus_socket");
}
