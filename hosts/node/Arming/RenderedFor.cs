namespace Handcarry.Hosts.Node.Arming;

/// <summary>What an administrator can apply instead of having nodes armed.</summary>
public enum RenderedFor
{
    /// <summary>A part of <c>/etc/containers/storage.conf</c>, for hosts that nobody else configures.</summary>
    StorageConf,

    /// <summary>A ContainerRuntimeConfig with the store (OpenShift 4.22 behind a gate, 4.23 and later).</summary>
    ContainerRuntimeConfig,

    /// <summary>A MachineConfig with the same files, and what the operator shall do when it writes them (OpenShift 4.17 and later).</summary>
    MachineConfig,
}
