using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// The administrator has set spec.cancel: before the cluster version operator has begun everything is withdrawn; afterwards nothing can be,
/// and the status says so.
/// </summary>
internal sealed class SupervisorCancelling(SupervisorRound round)
{
    /// <summary>Whether the upgrade of the status can still be called off.</summary>
    public bool IsPossible() => round.Status.Bundle is not null && round.Status.Phase switch
    {
        Phase.Carrying or Phase.Loaded or Phase.Held or Phase.Cancelled => true,
        Phase.Upgrading or Phase.Failed => round.State.Version is { } version && !HasBegun(version),
        _ => false,
    };

    public void Decide()
    {
        var bundle = round.Status.Bundle!;
        // Also when it was asked for in the moment before.
        var desired = round.State.Version is { } version && version.DesiredImage == bundle.Release && !HasBegun(version);
        if (desired && !round.State.Withdrawing)
        {
            round.State = round.State with { Withdrawing = true, Asked = false };
            round.Order(new SupervisorEffect.WithdrawUpgrade(bundle));
        }

        if (desired && round.Status.Phase is Phase.Upgrading or Phase.Failed)
        {
            round.Turn(Phase.Upgrading, "Cancelling", $"OpenShift {bundle.Version} is called off (spec.cancel); the cluster version operator is told.", bundle);
            return;
        }

        if (round.Status.Phase == Phase.Cancelled)
            return;
        var epoch = round.Status.Epoch + 1;
        round.State = round.State with { Plans = round.State.Plans.Clear(), Asked = false, Status = round.Status with { Epoch = epoch } };
        round.Turn(Phase.Cancelled, "Cancelled", $"OpenShift {bundle.Version} was called off (spec.cancel). Set spec.cancel to false to begin again.", bundle);
        round.Record(new UpgradeEvent(false, "Cancelled", $"OpenShift {bundle.Version} was called off."));
        round.WithdrawPlans();
        foreach (var report in round.Members())
            round.Order(new SupervisorEffect.SendStop(report.Node, new StopWork(epoch, bundle.Commitment, "Cancelled")));
    }

    // The newest entry of its history is ours from the moment the operator begins to apply it (reference/openshift.md section 10.2).
    private bool HasBegun(ClusterVersionView version) => version.Head?.Image == round.Status.Bundle!.Release;
}
