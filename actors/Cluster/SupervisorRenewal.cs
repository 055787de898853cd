using Handcarry.Actors.Node;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Step 7 of <see cref="SupervisorMachine"/>: the cluster is done, and so are the agents; then they are renewed with the one that the bundle carries. Never while a
/// bundle is carried: one that comes meanwhile waits until they are. A new agent that does not become ready in <see cref="Patience"/> is set back.
/// </summary>
internal sealed class SupervisorRenewal(SupervisorRound round)
{
    public const string AgentsRenewing = nameof(AgentsRenewing);

    private const string AgentNotReady = nameof(AgentNotReady), AgentsNotPods = nameof(AgentsNotPods), AgentsUnknown = nameof(AgentsUnknown), AgentNotVouched = nameof(AgentNotVouched);

    private static readonly string[] Findings = [AgentNotReady, AgentsNotPods, AgentsUnknown, AgentNotVouched];

    /// <summary>How long there may be no further new agent: the DaemonSet gives one 3 min to start, after up to 40 s in which the old one leaves.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private RenewalState State => round.State.Renewal;

    /// <summary>The sentence for a cluster that runs the bundle, with the version of its agents if they were renewed.</summary>
    public static string Done(SupervisorRound round) =>
        SupervisorDriving.Done(round.Bundle!) + (round.State.Renewal is { Of: { } of, Seen: { Stage: RolloutStage.Done } seen } && of.Commitment == round.Bundle!.Commitment ? $" {Version(seen)}" : "");

    public void Decide()
    {
        if (round.Saw is { } seen)
            Tell(seen);
        if (!round.IsTick || State.Asking)
            return;
        if (round.Status is { Phase: Phase.Completed, Bundle: { } bundle } && IsFinished(bundle))
        {
            if (State.Of?.Commitment != bundle.Commitment)
                round.State = round.State with { Renewal = new RenewalState { Of = bundle } };
            var vouched = bundle.Vouched || round.State.Spec!.BundleDigest == bundle.Commitment;
            if (!State.IsOver || (State.Seen is { Stage: RolloutStage.NotVouched } && vouched))
                Look(bundle with { Vouched = vouched });
        }
        else if (round.Status.Phase == Phase.Judging && State.IsUnderway)
        {
            Look(State.Of);
        }
    }

    /// <summary>The old agents finish their work first, all of them that are heard of; so do those who serve nodes that came late.</summary>
    private bool IsFinished(BundleView bundle) =>
        (!round.State.LateServed || State.IsUnderway) && round.State.Version is { Observed: true, Head: { Completed: true } head } && head.Image == bundle.Release
        && round.Members().All(report => report.Commitment != bundle.Commitment || report.Stage is not (Stage.Receiving or Stage.Loading or Stage.Ready));

    private void Look(BundleView? bundle)
    {
        var back = State is { Seen.Stage: RolloutStage.Underway, Since: { } since } && round.State.Now - since >= Patience;
        round.State = round.State with { Renewal = State with { Asking = true } };
        round.Order(new SupervisorEffect.RenewAgents(bundle, back));
    }

    private void Tell(AgentRollout seen)
    {
        if (State.Of is not { } bundle)
            return;
        switch (seen.Stage)
        {
            case RolloutStage.Underway:
                if (round.Before.Renewal.Seen?.Stage != RolloutStage.Underway)
                    round.Record(new UpgradeEvent(false, AgentsRenewing, $"The agents are being renewed to {seen.Version}, one node after the other."));
                Say("", $"Its agents are being renewed to {seen.Version}, one node after the other: {seen.Ready} of {seen.Nodes} have it.{(seen.Message.Length > 0 ? $" Waiting for {Sentence(seen.Message)}" : "")}");
                break;
            case RolloutStage.Done when round.Status.Phase != Phase.Completed || Say("", Version(seen)):
                round.Record(new UpgradeEvent(false, "AgentsRenewed", $"All {seen.Nodes} agents are of version {seen.Version}."));
                break;
            case RolloutStage.SetBack when round.Status.Reason != AgentNotReady:
                var late = seen.Message.Length > 0 ? seen.Message : "a node";
                Find(new Finding(AgentNotReady, $"Agent {seen.Version} of bundle {bundle.Version} has not become ready on {late.TrimEnd('.')}, so the agents run the version before.", "See why with oc -n handcarry get pods -o wide; the same image is not tried again."));
                break;
            case RolloutStage.NotPods:
                Find(new Finding(AgentsNotPods, $"The bundle carries agent {seen.Version}, but no DaemonSet handcarry-agent runs the agents here.", $"Run install.sh of handcarry-{seen.Version} on each node.", Severity.Information));
                break;
            case RolloutStage.NotVouched:
                Find(new Finding(AgentNotVouched, $"The bundle carries agent {seen.Version}, but nobody whom this site trusts vouches for it, so the agents stay as they are.", $"To have them renewed, name the bundle in spec.bundle.digest ({bundle.Commitment}).", Severity.Warning));
                break;
            case RolloutStage.Unknown:
                Find(new Finding(AgentsUnknown, $"Whether the agents run the version that the bundle carries cannot be told: {Sentence(seen.Message)}", "It is asked again; see that the rights of deploy/rbac are installed.", Severity.Warning));
                break;
        }
    }

    private static string Version(AgentRollout seen) => $"Its agents are of version {seen.Version}.";

    // Whether it is news.
    private bool Say(string reason, string more)
    {
        if (round.Status is not { Phase: Phase.Completed, Bundle: { } bundle } || round.State.LateServed)
            return false;
        var message = $"The cluster runs OpenShift {bundle.Version}. {more}";
        var news = round.Status.Message != message;
        round.Turn(Phase.Completed, reason, message, bundle);
        round.Find([.. round.Status.Findings.Where(finding => !Findings.Contains(finding.Reason))]);
        return news;
    }

    private void Find(Finding finding)
    {
        var refusal = finding.Severity == Severity.Refusal;
        // Of a phase that is over this is no refusal: the cluster is well, but somebody should look.
        var told = refusal ? finding with { Severity = Severity.Warning } : finding;
        if (Say(refusal ? finding.Reason : "", finding.Sentence) || (round.Status.Phase != Phase.Completed && refusal))
            round.Record(new UpgradeEvent(finding.Severity != Severity.Information, finding.Reason, finding.Sentence));
        if (round.Status.Phase == Phase.Completed)
            round.Find([.. round.Status.Findings, told]);
    }
}
