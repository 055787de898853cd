using Handcarry.Actors.Protocol;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>Steps 1 and 2 of <see cref="SupervisorMachine"/>: which of the bundles that were found is used, if any.</summary>
internal sealed class SupervisorJudging(SupervisorRound round)
{
    public void Decide()
    {
        var candidates = round.State.Reports.Values
            .SelectMany(report => report.Media.Where(medium => medium.Usable).Select(medium => (report.Node, Medium: medium, Facts: medium.Bundle!)))
            .Where(c => !round.IsRunning(c.Facts))
            .ToList();
        if (candidates.Count == 0)
        {
            NothingUsable();
            return;
        }

        var silent = round.Silent();
        if (round.Judged() is not { } site || silent.Count > 0)
        {
            var first = candidates[0];
            round.Turn(
                Phase.Judging,
                "Waiting",
                round.State.Version is null
                    ? $"Found OpenShift {first.Facts.Version} on {first.Medium.Name} in node {first.Node}; the cluster's version is not known yet."
                    : round.State.Health is null
                        ? $"Found OpenShift {first.Facts.Version} on {first.Medium.Name} in node {first.Node}; how the cluster is, is not known yet."
                        : $"Found OpenShift {first.Facts.Version} on {first.Medium.Name} in node {first.Node}; waiting for the agent of {Names(silent)}.",
                ViewOf(first.Facts, first.Node));
            return;
        }

        var judged = candidates
            .DistinctBy(c => c.Facts.Commitment)
            .Select(c => (c.Node, c.Medium, c.Facts, Findings: Judge.Findings(c.Facts, site)))
            .ToList();
        var fitting = judged.Where(j => j.Findings.All(f => f.Severity == Severity.Warning)).ToList();
        switch (fitting)
        {
            case []:
                var findings = judged.SelectMany(j => j.Findings).Distinct().ToList();
                round.Turn(Phase.Refused, findings[0].Reason, Finding.Told(findings), ViewOf(judged[0].Facts, judged[0].Node));
                break;
            case [var one]:
                Accept(one.Facts, one.Node, one.Findings);
                break;
            default:
                round.Turn(
                    Phase.Refused,
                    "ConflictingBundles",
                    "Different bundles fit at the same time: " + string.Join("; ", fitting.Select(f => $"{f.Facts.Version} ({f.Facts.Commitment}) on {f.Medium.Name} in node {f.Node}")) + ". Leave one there, or name its digest in spec.bundle.digest.",
                    ViewOf(fitting[0].Facts, fitting[0].Node));
                break;
        }
    }

    private void NothingUsable()
    {
        // A verdict stays to be read, also after the medium has been taken out, until something else comes.
        var bad = round.Members().SelectMany(r => r.Media.Where(m => m.Reason.Length > 0).Select(m => (r.Node, Medium: m))).Select(b => ((string Node, MediumReport Medium)?)b).FirstOrDefault();
        if (bad is { } b && round.Status.Phase is Phase.Idle or Phase.Judging)
            round.Turn(Phase.Refused, b.Medium.Reason, b.Medium.Message, b.Medium.Bundle is { } facts ? ViewOf(facts, b.Node) : null);
        else if (round.Status.Phase == Phase.Judging && round.Told?.Phase == Phase.Judging)
            round.Turn(Phase.Idle, "", "", null);
    }

    private void Accept(BundleFacts facts, string node, IReadOnlyList<Finding> warnings)
    {
        round.State = round.State with { Plans = round.State.Plans.Clear(), Asked = false };
        round.Turn(Phase.Carrying, "", $"Carrying OpenShift {facts.Version} from node {node} to all nodes. Do not remove the medium.", ViewOf(facts, node));
        round.Record(new UpgradeEvent(false, "BundleAccepted", $"Bundle {facts.Version} ({Short(facts)}) found in node {node} fits; it is being carried to all nodes."));
        foreach (var warning in warnings.Take(Finding.MostTold))
            round.Record(new UpgradeEvent(true, warning.Reason, warning.Sentence));
    }
}
