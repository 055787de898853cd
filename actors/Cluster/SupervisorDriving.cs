using System.Globalization;
using Handcarry.Actors.Protocol;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Step 5 of <see cref="SupervisorMachine"/>: the cluster version operator is asked, and followed until the cluster is really done. Its
/// conditions: reference/openshift.md sections 5.4, 5.6 and 10.2.
/// </summary>
internal sealed class SupervisorDriving(SupervisorRound round)
{
    /// <summary>The operator gives up on retrieving a release after this long and begins again (same reference).</summary>
    private static readonly TimeSpan LongestRetrieval = TimeSpan.FromMinutes(4);

    /// <summary>What is said at the end.</summary>
    public static string Done(BundleFacts bundle) => $"The cluster runs OpenShift {bundle.Version}.";

    public void Decide()
    {
        var bundle = round.Bundle!;
        if (round.State.Version is not { } version)
            return;
        if (version.Head is { Completed: true } head && head.Image == bundle.Release && version.Observed)
            Finish(bundle);
        else if (version.DesiredImage != bundle.Release)
            Begin(bundle);
        else if (version is { ReleaseAccepted: { Status: false } refused, Observed: false })
            Turn(Phase.Failed, refused.Reason, $"The cluster version operator does not accept the release: {Sentence(refused.Message)} {Remedy(refused.Reason)}");
        else if (version.Failing is { Status: true } failing)
            Turn(Phase.Failed, failing.Reason, $"The cluster version operator cannot apply the release: {Sentence(failing.Message)} It goes on trying; repair what it names.");
        else if (version is { Observed: true, Progressing: { Status: true } progress })
            Turn(Phase.Upgrading, "", progress.Message);
        else
            Explain(bundle);
    }

    // Asked for already, or not: the request is harmless to repeat, but never before every node has shown (again) that it is ready.
    private void Begin(BundleFacts bundle)
    {
        var notReady = round.NotReady(bundle);
        if (notReady.Count > 0)
            Turn(notReady.Any(round.State.Reports.ContainsKey) ? Phase.Carrying : Phase.Upgrading, "Waiting", $"Waiting for {Names(notReady)} before OpenShift {bundle.Version} is asked for.");
        else if (!round.State.Asked && new SupervisorGate(round).Passes(bundle))
            Ask();
    }

    private void Ask()
    {
        round.State = round.State with { Asked = true };
        if (round.Status.Reason == "Waiting")
            Turn(Phase.Upgrading, "", $"The cluster version operator is asked for OpenShift {round.Status.Bundle!.Version}.");
        round.Order(new SupervisorEffect.AskUpgrade(round.Status.Bundle!));
    }

    /// <summary>It is silent while it retrieves the release; without a word that looks as if it were stuck.</summary>
    private void Explain(BundleFacts bundle)
    {
        var since = round.State.SilentSince ?? round.State.Now;
        round.State = round.State with { SilentSince = since };
        var minutes = since is { } from && round.State.Now is { } now ? (int)(now - from).TotalMinutes : 0;
        var message = $"The cluster version operator retrieves OpenShift {bundle.Version}; it says nothing while it does.";
        if (minutes < 1)
            Turn(Phase.Upgrading, "", message);
        else if (minutes <= LongestRetrieval.TotalMinutes)
            Turn(Phase.Upgrading, "", string.Create(CultureInfo.InvariantCulture, $"{message} It has for {minutes} min; up to {LongestRetrieval.TotalMinutes} min is normal."));
        else
            Turn(Phase.Upgrading, "RetrievalSlow", string.Create(CultureInfo.InvariantCulture, $"{message} It has for {minutes} min, more than the {LongestRetrieval.TotalMinutes} min it takes at most: look at its pods in namespace openshift-cluster-version."));
    }

    /// <summary>The operator's own "Completed" is not the end: it does not wait for the pools of workers.</summary>
    private void Finish(BundleFacts bundle)
    {
        if (WhyNotDone(bundle) is var (reason, message))
        {
            Turn(Phase.Upgrading, reason, message);
            return;
        }

        round.Turn(Phase.Completed, "", Done(bundle), round.Status.Bundle);
        round.Record(new UpgradeEvent(false, "Completed", $"The cluster version operator reports {bundle.Version} completed."));
        foreach (var report in round.Members())
            round.Order(new SupervisorEffect.SendFinish(report.Node, new FinishWork(bundle.Commitment, bundle.Version)));
    }

    private (string Reason, string Message)? WhyNotDone(BundleFacts bundle)
    {
        if (round.State.Health is not { } health)
            return ("Waiting", $"The cluster version operator has completed {bundle.Version}; how the pools are, is not known at the moment.");
        if (health.Pools.FirstOrDefault(pool => !pool.IsAt(bundle.Version)) is { } late)
        {
            return ("WaitingForPools", late.Paused
                ? $"The cluster version operator has completed {bundle.Version}; machine config pool {late.Name} is paused. Set its spec.paused to false."
                : late.Degraded is { Status: true } bad
                    ? $"The cluster version operator has completed {bundle.Version}; machine config pool {late.Name} is degraded: {Sentence(bad.Message)} Repair it."
                    : late.Release.Length > 0 && late.Release != bundle.Version
                        ? $"The cluster version operator has completed {bundle.Version}; machine config pool {late.Name} has not got its configuration yet."
                        : $"The cluster version operator has completed {bundle.Version}; machine config pool {late.Name} has {late.UpdatedMachines} of {late.Machines} nodes updated.");
        }

        var unready = round.State.Nodes!.Values.Where(node => !node.Ready).Select(node => node.Name).ToList();
        var busy = round.State.Nodes.Values.Where(node => !node.ConfigDone || !node.Schedulable).Select(node => node.Name).ToList();
        return unready.Count > round.State.Spec!.ToleratedUnready
            ? ("WaitingForNodes", $"All pools have {bundle.Version}; waiting until {Names(unready)} is ready.")
            : busy.Count > 0
                ? ("WaitingForNodes", $"All pools have {bundle.Version}; waiting until {Names(busy)} is done and can be scheduled to.")
                : null;
    }

    private void Turn(Phase phase, string reason, string message)
    {
        var begun = round.State.Spec!.Cancel && phase is Phase.Upgrading or Phase.Failed;
        round.Turn(
            phase,
            begun ? "TooLateToCancel" : reason,
            begun ? $"The cluster version operator has begun; spec.cancel cannot undo that. {message}" : message,
            round.Status.Bundle);
    }

    private static string Remedy(string reason) => reason switch
    {
        "RetrievePayload" => "It tries again by itself; see that the agent runs on every control plane node and that the release is signed.",
        "VerifyPayloadVersion" => "Set spec.cancel, and make the bundle again.",
        "PreconditionChecks" => "It tries again by itself once that is settled; to give up, set spec.cancel.",
        _ => "To give up, set spec.cancel.",
    };
}
