using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Storage;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>What a node is armed for.</summary>
public sealed record ArmingSettings
{
    /// <summary>Absolute path of the image store on the host.</summary>
    public string Store { get; init; } = "/var/lib/handcarry/store";

    /// <summary>Both paths where the runtime looks, in the order in which it is told: what is published goes to the first, what was seen before it stays at the second.</summary>
    public IReadOnlyList<string> Stores => [Store, SecondStore.Of(Store)];

    /// <summary>The folder of the runtime's own storage on the host; empty for what its files say.</summary>
    public string RuntimeStorage { get; init; } = "";

    /// <summary>Port of the agent's listener on 127.0.0.1 that answers for the images of bundles.</summary>
    public int MirrorPort { get; init; } = DataOptions.DefaultLoopbackPort;

    /// <summary>The repositories that images of bundles come from; by default those of OpenShift's releases.</summary>
    public IReadOnlyList<string> Sources { get; init; } = ["quay.io/openshift-release-dev/ocp-release", "quay.io/openshift-release-dev/ocp-v4.0-art-dev"];

    /// <summary>What the agent's settings say.</summary>
    public static ArmingSettings Of(HandcarryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = new ArmingSettings { Store = options.Load.Store, RuntimeStorage = options.Load.RuntimeStorage, MirrorPort = options.Data.LoopbackPort ?? DataOptions.DefaultLoopbackPort };
        return options.Arming.Sources.Count > 0 ? settings with { Sources = options.Arming.Sources } : settings;
    }

    /// <summary>Host and port of the listener. The number, not a name: localhost may be an IPv6 address.</summary>
    public string Mirror => $"127.0.0.1:{MirrorPort}";
}
