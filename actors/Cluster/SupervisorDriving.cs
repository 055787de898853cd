using Handcarry.Actors.Protocol;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>Step 5 of <see cref="SupervisorMachine"/>: the cluster version operator is asked, and followed until it is done.</summary>
internal sealed class SupervisorDriving(SupervisorRound round)
{
    public void Decide()
    {
        var bundle = round.Bundle!;
        if (round.State.Version is not { } version)
            return;
        if (version.Head is { Completed: true } head && head.Image == bundle.Release && version.Observed)
        {
            round.Turn(Phase.Completed, "", $"The cluster runs OpenShift {bundle.Version}.", round.Status.Bundle);
            round.Record(new UpgradeEvent(false, "Completed", $"The cluster version operator reports {bundle.Version} completed."));
            foreach (var report in round.Members())
                round.Order(new SupervisorEffect.SendFinish(report.Node, new FinishWork(bundle.Commitment, bundle.Version)));
            return;
        }

        if (version.DesiredImage != bundle.Release)
        {
            // Asked for already, or not: the request is harmless to repeat, but never before every node has shown (again) that it is ready.
            var notReady = round.NotReady(bundle);
            if (notReady.Count > 0)
                round.Turn(notReady.Any(round.State.Reports.ContainsKey) ? Phase.Carrying : Phase.Upgrading, "Waiting", $"Waiting for {Names(notReady)} before OpenShift {bundle.Version} is asked for.", round.Status.Bundle);
            else if (!round.State.Asked)
                Ask();
            return;
        }

        if (version is { ReleaseAccepted: { Status: false, Reason: var why, Message: var text } } && !version.Observed)
            round.Turn(Phase.Failed, why, $"The cluster version operator does not accept the release: {text}", round.Status.Bundle);
        else if (version.Failing is { Status: true, Reason: var failing, Message: var failure })
            round.Turn(Phase.Failed, failing, $"The cluster version operator cannot apply the release: {failure}", round.Status.Bundle);
        else
            round.Turn(Phase.Upgrading, "", version.Observed && version.Progressing is { Status: true } p ? p.Message : $"The cluster version operator retrieves OpenShift {bundle.Version}; it says nothing while it does.", round.Status.Bundle);
    }

    private void Ask()
    {
        round.State = round.State with { Asked = true };
        if (round.Status.Reason == "Waiting")
            round.Turn(Phase.Upgrading, "", $"The cluster version operator is asked for OpenShift {round.Status.Bundle!.Version}.", round.Status.Bundle);
        round.Order(new SupervisorEffect.AskUpgrade(round.Status.Bundle!));
    }
}
