namespace Handcarry.Actors.Cluster;

/// <summary>A core/v1 Node.</summary>
/// <param name="Name">metadata.name.</param>
/// <param name="Architecture">status.nodeInfo.architecture in Go's spelling: amd64, arm64, ppc64le, s390x.</param>
/// <param name="Ready">Whether its Ready condition is True.</param>
/// <param name="Zone">Its label topology.kubernetes.io/zone; empty when it has none.</param>
/// <param name="Roles">Its roles, from labels node-role.kubernetes.io/*, in ordinal order with commas between them; empty for none.</param>
/// <param name="Schedulable">Whether spec.unschedulable is not set.</param>
/// <param name="DiskPressure">Whether its DiskPressure condition is True: the kubelet evicts pods and deletes images.</param>
/// <param name="ConfigDone">
/// Whether the machine config daemon has nothing left to do there: currentConfig is desiredConfig and state is Done, in its annotations
/// machineconfiguration.openshift.io/*; true where there are none (reference/openshift.md section 5.6, check 4).
/// </param>
/// <param name="Labels">Its labels, each as key=value, in ordinal order with commas between them; empty for none.</param>
public sealed record ClusterNode(
    string Name,
    string Architecture,
    bool Ready,
    string Zone = "",
    string Roles = "",
    bool Schedulable = true,
    bool DiskPressure = false,
    bool ConfigDone = true,
    string Labels = "");
