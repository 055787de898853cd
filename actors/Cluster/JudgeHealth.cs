using Handcarry.Actors.Protocol;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Whether the cluster is healthy enough (reference/openshift.md sections 5.5, 6, 7, 10.2 and 11): the cluster version operator refuses some of
/// it only after it was asked, and the rest makes an upgrade stand still half way.
/// </summary>
internal static class JudgeHealth
{
    public static IEnumerable<Finding> Findings(BundleFacts bundle, JudgedSite site)
    {
        var minor = JudgeVersion.IsMinorStep(bundle, site.Version);
        return Operators(site.Health)
            .Concat(minor ? MinorStep(site) : [])
            .Concat(site.Health.Pools.SelectMany(Pool))
            .Concat(site.Health.InternalReleaseImage ? [Registry] : []);
    }

    private static Finding Registry { get; } = new(
        "InternalReleaseImage",
        "The cluster keeps release images in a registry of its own on its nodes (InternalReleaseImage cluster).",
        "It is left alone; look after its room on /var.",
        Severity.Warning)
    {
        Subject = "InternalReleaseImage/cluster",
    };

    private static IEnumerable<Finding> Operators(ClusterHealth health)
    {
        foreach (var op in health.Operators)
        {
            if (op.Available is { Status: false } away)
                yield return new Finding("OperatorUnavailable", $"ClusterOperator {op.Name} is not available ({away.Reason}): {Sentence(away.Message)}", "Repair it first.").About("ClusterOperator", op.Name);
            else if (op.Degraded is { Status: true } bad)
                yield return new Finding("OperatorDegraded", $"ClusterOperator {op.Name} is degraded ({bad.Reason}): {Sentence(bad.Message)}", "Repair it first.").About("ClusterOperator", op.Name);
        }
    }

    private static IEnumerable<Finding> MinorStep(JudgedSite site)
    {
        _ = SemanticVersion.TryParse(site.Version.CurrentVersion, out var current);
        foreach (var gate in site.Health.Gates.Where(g => !g.Acknowledged && g.Key.StartsWith($"ack-{current!.Major}.{current.Minor}-", StringComparison.Ordinal)))
            yield return new Finding("AdminAckMissing", $"An administrator has to acknowledge {gate.Key}: {Sentence(gate.Text)}", $"When that is settled, set {gate.Key} to \"true\" in ConfigMap openshift-config/admin-acks.").About("ConfigMap", "openshift-config/admin-acks");

        // Its operator makes the backup once the cluster version operator asks, so this is no refusal.
        if (site.Health.Operators.FirstOrDefault(op => op.Name == "etcd") is { } etcd && etcd.RecentBackup is not { Status: true })
            yield return new Finding("BackupNotRecent", "ClusterOperator etcd reports no recent backup, which a minor step wants.", "Its operator makes one when the upgrade is asked for; see that the control plane has room for it.", Severity.Warning).About("ClusterOperator", "etcd");
    }

    private static IEnumerable<Finding> Pool(PoolView pool)
    {
        if (pool.Degraded is { Status: true } bad)
            yield return new Finding("PoolDegraded", $"Machine config pool {pool.Name} is degraded ({bad.Reason}): {Sentence(bad.Message)}", "Repair it first.").About("MachineConfigPool", pool.Name);
        if (pool.Paused)
            yield return new Finding("PoolPaused", $"Machine config pool {pool.Name} is paused: its nodes would never be upgraded.", $"Set spec.paused of {pool.Name} to false.").About("MachineConfigPool", pool.Name);
        else if (pool.Updating || pool.UpdatedMachines < pool.Machines)
            yield return new Finding("PoolUpdating", $"Machine config pool {pool.Name} is changing its nodes: {pool.UpdatedMachines} of {pool.Machines} are done.", "Wait until it is done.").About("MachineConfigPool", pool.Name);
    }
}
