namespace Handcarry.Hosts.Node.Arming;

/// <summary>The container runtime whose configuration is changed.</summary>
public enum NodeRuntime
{
    /// <summary>None that is known.</summary>
    None,

    /// <summary>CRI-O: an additional image store and a mirror.</summary>
    Crio,

    /// <summary>containerd: a mirror only, as it has no additional stores.</summary>
    Containerd,

    /// <summary>podman without an orchestrator: an additional image store in storage.conf and a mirror.</summary>
    Podman,
}
