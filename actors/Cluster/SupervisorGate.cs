using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Step 4 of <see cref="SupervisorMachine"/>: every node is ready; what else must be so before the cluster version operator is asked. It is
/// passed again whenever it is asked anew, by whichever supervisor.
/// </summary>
internal sealed class SupervisorGate(SupervisorRound round)
{
    private const string MirrorNotInForce = nameof(MirrorNotInForce);

    public const string UnsignedRemedy = "Make the bundle again with the release's signatures; the cluster would refuse this one.";

    /// <summary>Whether the operator may be asked for <paramref name="bundle"/> now. If not, the status says why.</summary>
    public bool Passes(BundleFacts bundle) => IsVerified(bundle) && IsWanted(bundle) && IsPrepared(bundle) && IsServed(bundle) && Answers(bundle) && IsStillFit(bundle);

    private bool IsVerified(BundleFacts bundle)
    {
        var trust = round.State.Spec!.Trust;
        if (round.State.Verdict is not { } verdict || verdict.Commitment != bundle.Commitment || verdict.Trust != trust)
        {
            if (!round.State.Verifying)
            {
                round.State = round.State with { Verifying = true };
                round.Order(new SupervisorEffect.VerifyRelease(round.Status.Bundle!, trust));
                Wait("Verifying", $"OpenShift {bundle.Version} is loaded on all nodes; the signature of the release is being verified. The medium can be removed.");
            }

            return false;
        }

        if (verdict.Signature.Valid || trust.AllowUnsigned)
            return true;
        round.Refuse(
            verdict.Signature.Reason,
            $"{Sentence(verdict.Signature.Sentence)} {UnsignedRemedy}",
            round.Status.Bundle!);
        return false;
    }

    private bool IsWanted(BundleFacts bundle)
    {
        if (round.State.Spec!.Hold)
        {
            round.Turn(Phase.Held, "Held", $"OpenShift {bundle.Version} is loaded on all nodes and waits until {round.State.Spec.HeldBy} {(round.State.Spec.HeldBy.Contains(" and ", StringComparison.Ordinal) ? "are" : "is")} false. The medium can be removed.", round.Status.Bundle);
            return false;
        }

        var schedule = round.State.Spec.Schedule;
        var whyNot = schedule == UpgradeSchedule.Always ? null
            : round.State.Now is { } now ? schedule.WhyNot(now)
            : "What time it is, is not known yet.";
        if (whyNot is null)
            return true;
        round.Turn(Phase.Held, "Scheduled", $"OpenShift {bundle.Version} is loaded on all nodes. {whyNot} The medium can be removed.", round.Status.Bundle);
        return false;
    }

    // The signatures and pins are put in place at once, which needs no word; what the nodes' daemons say of the pins is asked for again as time passes.
    private bool IsPrepared(BundleFacts bundle)
    {
        var pins = round.State.Pins is { } known && known.Commitment == bundle.Commitment ? known : null;
        if (pins is { Done: true })
            return true;
        if (!round.State.Preparing && (pins is null || round.IsTick))
        {
            round.State = round.State with { Preparing = true };
            round.Order(new SupervisorEffect.Prepare(round.Status.Bundle!, [.. round.State.Nodes!.Keys]));
        }

        if (pins is null)
            return false;
        var told = $"OpenShift {bundle.Version} is loaded on all nodes. {pins.Message} The medium can be removed.";
        if (pins.Reason == PinnedSets.Failed && round.Status.Reason != pins.Reason)
            round.Record(new UpgradeEvent(true, pins.Reason, pins.Message));
        Wait(pins.Reason, told);
        return false;
    }

    // The OS image, and whatever is pulled always, is asked of a registry although it is in local storage.
    private bool IsServed(BundleFacts bundle)
    {
        if (round.Members().FirstOrDefault(report => report.RuntimeFault.Length > 0) is not { } report)
            return true;
        if (round.Status.Reason != MirrorNotInForce)
            round.Record(new UpgradeEvent(true, MirrorNotInForce, $"Node {report.Node}: {report.RuntimeFault}"));
        Wait(MirrorNotInForce, $"OpenShift {bundle.Version} is loaded on all nodes, but not asked for: the runtime of node {report.Node} would not ask its agent for images. {Sentence(report.RuntimeFault)} The medium can be removed.");
        return false;
    }

    // What the runtime is configured to ask must also answer. An agent of an earlier version does not look, and is not waited for.
    private bool Answers(BundleFacts bundle)
    {
        if (round.Members().FirstOrDefault(report => report.Serving is { Fault.Length: > 0 } said && said.Commitment == bundle.Commitment) is { } silent)
        {
            if (round.Status.Reason != Reasons.MirrorUnreachable)
                round.Record(new UpgradeEvent(true, Reasons.MirrorUnreachable, $"Node {silent.Node}: {silent.Serving!.Fault}"));
            Wait(Reasons.MirrorUnreachable, $"OpenShift {bundle.Version} is loaded on all nodes, but not asked for: node {silent.Node} would not get the images from its own agent. {Sentence(silent.Serving!.Fault)} The medium can be removed.");
            return false;
        }

        var unasked = round.Members().Where(report => report.Serving is { } said && said.Commitment != bundle.Commitment).Select(report => report.Node).ToList();
        if (unasked.Count > 0)
            Wait("Waiting", $"OpenShift {bundle.Version} is loaded on all nodes; whether the registry of {Names(unasked)} answers there is being looked at. The medium can be removed.");
        return unasked.Count == 0;
    }

    private bool IsStillFit(BundleFacts bundle)
    {
        if (round.Judged() is not { } site)
        {
            Wait("Waiting", $"OpenShift {bundle.Version} is loaded on all nodes; how the cluster is, is not known at the moment. The medium can be removed.");
            return false;
        }

        // What was known of the bundle when it was accepted is not in the status; the cluster is judged, not the bundle.
        List<Finding> findings = [.. SelectedNodes.Findings(round.State), .. Judge.LastFindings(bundle, site)];
        if (findings.Count > 0 || round.Status.Findings.Any(f => f.Severity == Severity.Refusal))
            round.Find(findings);
        if (findings.Count == 0)
            return true;
        var told = $"OpenShift {bundle.Version} is loaded on all nodes, but not asked for: {Finding.Told(findings)}";
        if (round.Status.Reason != findings[0].Reason)
            round.Record(new UpgradeEvent(true, findings[0].Reason, told));
        Wait(findings[0].Reason, told);
        return false;
    }

    private void Wait(string reason, string message) => round.Turn(Phase.Loaded, reason, message, round.Status.Bundle);
}
