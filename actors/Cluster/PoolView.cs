namespace Handcarry.Actors.Cluster;

/// <summary>A MachineConfigPool (openshift/api, machineconfiguration/v1/types.go).</summary>
/// <param name="Name">metadata.name.</param>
/// <param name="Role">The role in its nodeSelector, such as worker; empty when it selects its nodes in another way.</param>
/// <param name="Paused">spec.paused.</param>
/// <param name="Updated">Whether its Updated condition is True and the controller has seen its newest spec.</param>
/// <param name="Updating">Whether its Updating condition is True.</param>
/// <param name="Degraded">Its Degraded condition; null when it has none.</param>
/// <param name="Machines">status.machineCount.</param>
/// <param name="UpdatedMachines">status.updatedMachineCount.</param>
/// <param name="ReadyMachines">status.readyMachineCount.</param>
/// <param name="Release">
/// Version of the release that rendered the configuration it wants, from that MachineConfig's annotation
/// machineconfiguration.openshift.io/release-image-version; empty when it is not said.
/// </param>
public sealed record PoolView(
    string Name,
    string Role,
    bool Paused,
    bool Updated,
    bool Updating,
    ConditionView? Degraded,
    long Machines,
    long UpdatedMachines,
    long ReadyMachines,
    string Release = "")
{
    /// <summary>Whether all its machines run what <paramref name="version"/> wants of them (reference/openshift.md section 5.6, check 3).</summary>
    public bool IsAt(string version) =>
        Updated && !Updating && Degraded is not { Status: true } && !Paused
        && UpdatedMachines == Machines && ReadyMachines == Machines
        && (Release.Length == 0 || Release == version);
}
