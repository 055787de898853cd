using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// The part of <see cref="SupervisorMachine"/> for what comes after every node was ready: a node that joins the cluster or returns to it while the cluster version operator is at work, or when it is done, gets the
/// images of the bundle as well; and when nobody has come for as long as the administrator wants (<see cref="UpgradeSpec.Retain"/>), the nodes let go of the layers that only such nodes would need.
/// </summary>
internal sealed class SupervisorLateNodes(SupervisorRound round)
{
    /// <summary>Reason word while late nodes are served.</summary>
    public const string Serving = "LateNodes";

    // An agent that has just been started says that it has nothing until it has looked; nodes reboot one by one during an upgrade.
    internal static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    /// <summary>Whether <paramref name="report"/> is that of a node that has, or can make of what it has, all images of a bundle.</summary>
    public static bool IsServed(NodeReport report, BundleFacts bundle) => report.Commitment == bundle.Commitment && report.Extracted;

    /// <summary>Whether a node has every byte of a bundle to give to others.</summary>
    public static bool HasAll(NodeReport report, BundleFacts bundle) => IsServed(report, bundle) && !(report.LetGo && report.BytesHeld < bundle.Size);

    public void Decide()
    {
        if (round.Bundle is not { } bundle || !IsHandedOver(bundle))
        {
            round.State = round.State with { LateSince = null };
            return;
        }

        var late = round.Members().Where(report => !IsServed(report, bundle)).Select(report => report.Node).ToList();
        var had = round.Before.LateServed;
        round.State = round.State with { LateSince = late.Count > 0 ? round.State.LateSince ?? round.State.Now : null };
        if (round.State.LateServed)
            Serve(bundle, late);
        else if (had)
            Say("", "");
        if (late.Count == 0 && had)
            round.Record(new UpgradeEvent(false, "LateNodesServed", $"All nodes have the images of OpenShift {bundle.Version} now."));
    }

    /// <summary>Tells a node that it need not keep layers any longer, when it is time.</summary>
    public static void Release(SupervisorRound round, NodeReport report)
    {
        if (round is { Status.Phase: Phase.Completed, Bundle: { } bundle, State: { LateSince: null, Now: { } now, Version.Head: { Completed: true, CompletedAt: { } done } head } state }
            && head.Image == bundle.Release && now - done >= state.Spec!.Retain
            && report is { LetGo: false, Stage: Node.Stage.Upgraded } && report.Commitment == bundle.Commitment
            && !round.Members().Any(one => one.Commitment == bundle.Commitment && one.Stage != Node.Stage.Upgraded))
        {
            round.Order(new SupervisorEffect.SendFinish(report.Node, new FinishWork(bundle.Commitment, bundle.Version) { LetGo = true }));
        }
    }

    private bool IsHandedOver(BundleFacts bundle) => round.Status.Phase switch
    {
        Phase.Upgrading or Phase.Failed => round.State.Version?.DesiredImage == bundle.Release,
        Phase.Completed => round.State.Version?.Head is { Completed: true } head && head.Image == bundle.Release,
        _ => false,
    };

    private void Serve(BundleFacts bundle, List<string> late)
    {
        if (!round.Before.LateServed)
            round.Record(new UpgradeEvent(false, Serving, $"{Names(late)} came after OpenShift {bundle.Version} was loaded on all nodes, and get{(late.Count == 1 ? "s" : "")} its images as well."));
        new SupervisorPlans(round).Follow(bundle);
        var source = round.Members().Any(report => HasAll(report, bundle)) || round.State.Plans.Values.Any(plan => plan.MediumId.Length > 0);
        if (source)
            Say(Serving, $"{Names(late)} came later and get{(late.Count == 1 ? "s" : "")} its images now.");
        else
            Say(Reasons.WaitingForMedium, $"{Names(late)} came later, and no node has kept all of its images: insert the medium with OpenShift {bundle.Version}, or a copy of it, into any node.");
    }

    // What the operator says is not hidden by it.
    private void Say(string reason, string sentence)
    {
        var status = round.Status;
        var said = status.Phase == Phase.Completed ? SupervisorRenewal.Done(round) : status.Message;
        round.Turn(
            status.Phase,
            status.Phase != Phase.Failed && (status.Phase == Phase.Completed || status.Reason.Length == 0 || reason == Reasons.WaitingForMedium) ? reason : status.Reason,
            sentence.Length > 0 ? $"{Sentence(said)} {sentence}" : said,
            status.Bundle);
    }
}
