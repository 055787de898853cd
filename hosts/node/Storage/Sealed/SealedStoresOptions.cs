using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>Where a node's sealed stores are. The host's paths are as the host itself sees them.</summary>
public sealed record SealedStoresOptions
{
    /// <summary>The folder at which this process sees the host's root.</summary>
    public string Root { get; init; } = "/";

    /// <summary>The agent's folder on the host. Its folder <c>sealed</c> has the mounts; it is on one file system with the folder of <see cref="Store"/>.</summary>
    public required string State { get; init; }

    /// <summary>The path on the host where the runtime looks for images.</summary>
    public required string Store { get; init; }

    /// <summary>The main storage of the runtime on the host, whose records are looked at before a store is retired.</summary>
    public string RuntimeStorage { get; init; } = "/var/lib/containers/storage";

    /// <summary>How stores are proved. One layer at a time uses one core; reading goes through the kernel, which unpacks on that core as well.</summary>
    public StoreProofOptions Proof { get; init; } = new();

    /// <summary>Bytes a second below which a proof gets louder step by step, 0 for never; see <see cref="ProofPace"/>.</summary>
    public long ProofFloor { get; init; } = LoadOptions.DefaultProofFloor;

    /// <summary>The clock by which that is measured.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The folder <c>sealed</c> as the host sees it.</summary>
    internal string HostFolder => $"{State.TrimEnd('/')}/sealed";

    /// <summary>The folder <c>sealed</c> as this process sees it.</summary>
    internal string Folder => HostPath.Below(Root, HostFolder);

    /// <summary>The path where the runtime looks, as this process sees it: the name itself, not what it leads to.</summary>
    internal string StorePath => Path.Combine(HostPath.Below(Root, Path.GetDirectoryName(Store)!), Path.GetFileName(Store));

    /// <summary>Throws <see cref="ArgumentException"/> that names the setting at fault.</summary>
    internal SealedStoresOptions Validated()
    {
        ImageStoreOptions.CheckPath(State, nameof(State));
        ImageStoreOptions.CheckPath(Store, nameof(Store));
        ImageStoreOptions.CheckPath(RuntimeStorage, nameof(RuntimeStorage));
        _ = Proof.Validated();
        return this;
    }
}
