using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>Steps 1 and 2 of <see cref="SupervisorMachine"/>: which of the bundles that were found is used, if any.</summary>
internal sealed class SupervisorJudging(SupervisorRound round)
{
    private const string NotNamed = nameof(NotNamed);

    public void Decide()
    {
        var found = round.State.Reports.Values
            .SelectMany(report => report.Media.Where(medium => medium.Usable).Select(medium => (report.Node, Medium: medium, Facts: medium.Bundle!)))
            .Where(c => !round.IsRunning(c.Facts))
            .ToList();
        // A release that was found to be unsigned is not carried again, unless its medium is inserted again.
        if (round.State.Verdict is { Signature.Valid: false } verdict && found.TrueForAll(f => f.Facts.Commitment != verdict.Commitment))
            round.State = round.State with { Verdict = null };
        var candidates = found.Where(c => IsLookedFor(c.Medium)).ToList();
        if (candidates.Count == 0)
        {
            NothingUsable(found.Select(Found).FirstOrDefault());
            return;
        }

        if (round.State.Spec!.Cancel)
        {
            var (node, _, facts) = candidates[0];
            round.Turn(Phase.Cancelled, "Cancelled", $"OpenShift {facts.Version} in node {node} is not used while spec.cancel is true. Set it to false to begin.", ViewOf(facts, node));
            return;
        }

        if (round.State.Renewal.IsUnderway)
        {
            Wait(candidates[0], SupervisorRenewal.AgentsRenewing, "the agents are being renewed, one node after the other, and carry it when that is done.");
            return;
        }

        var silent = round.Silent();
        if (round.Judged() is not { } site || silent.Count > 0)
        {
            Wait(candidates[0], "Waiting", round.State.Version is null ? "the cluster's version is not known yet."
                : round.State.Health is null ? "how the cluster is, is not known yet."
                : $"waiting for the agent of {Names(silent)}.");
            return;
        }

        if (round.Members().FirstOrDefault(static report => report.RoomUnknown is not null) is { RoomUnknown: { } unknown } asked)
        {
            Wait(candidates[0], unknown.Reason, $"whether node {asked.Node} has room for its images cannot be told yet: {unknown.Message}");
            return;
        }

        if (SupervisorDigests.Missing(round, [.. candidates.Select(c => (c.Node, c.Medium))]) is [var missing, ..])
        {
            Wait(candidates[0], Reasons.FileDigestUnknown, $"{round.State.Spec.DigestPinnedBy} is not the digest of its inventory; the digest of the file on {missing.Medium.Name} in node {missing.Node} is being taken.");
            return;
        }

        ReadWorkloads();
        if (round.State.Workloads is null)
        {
            Wait(candidates[0], "Waiting", "what runs in the cluster is being looked at.");
            return;
        }

        var judged = candidates
            .OrderByDescending(c => c.Facts.IsPinnedBy(round.State.Spec.BundleDigest))
            .DistinctBy(c => c.Facts.Commitment)
            .Select(c => (c.Node, c.Medium, c.Facts, Findings: (IReadOnlyList<Finding>)[.. SelectedNodes.Findings(round.State), .. Unread(c.Facts, candidates.Select(o => (o.Node, o.Facts))), .. Findings(c.Facts, site)]))
            .ToList();
        var fitting = judged.Where(j => j.Findings.All(f => f.Severity != Severity.Refusal)).ToList();
        switch (fitting)
        {
            case []:
                var findings = judged.SelectMany(j => j.Findings).Distinct().ToList();
                round.Turn(Phase.Refused, findings[0].Reason, Finding.Told(findings), ViewOf(judged[0].Facts, judged[0].Node));
                round.Find(findings);
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

    // A node that does not take part does not read its media either.
    private IEnumerable<Finding> Unread(BundleFacts bundle, IEnumerable<(string Node, BundleFacts Facts)> found)
    {
        var nodes = found.Where(f => f.Facts.Commitment == bundle.Commitment).Select(f => f.Node).ToList();
        return nodes.Exists(round.State.Nodes!.ContainsKey)
            ? []
            : [new Finding("MediumInNodeLeftOut", $"The medium is in node {nodes[0]}, which spec.nodes.selector leaves out.", "Put it into a node that takes part.")];
    }

    private IReadOnlyList<Finding> Findings(BundleFacts bundle, JudgedSite site) =>
        round.State.Verdict is { Signature: { Reason: { } why } unsigned } verdict && verdict.Commitment == bundle.Commitment && verdict.Trust == site.Spec.Trust && !verdict.Trust.AllowUnsigned
            ? [new Finding(why, Sentence(unsigned.Sentence), SupervisorGate.UnsignedRemedy), .. Judge.Findings(bundle, site)]
            : Judge.Findings(bundle, site);

    private void ReadWorkloads()
    {
        if (round.State.ReadingWorkloads || round.State.Workloads?.IsStale(round.State.Now) is false)
            return;
        round.State = round.State with { ReadingWorkloads = true };
        round.Order(new SupervisorEffect.ReadWorkloads());
    }

    private void Wait((string Node, MediumReport Medium, BundleFacts Facts) first, string reason, string what) =>
        round.Turn(Phase.Judging, reason, $"{Found(first)}; {what}", ViewOf(first.Facts, first.Node));

    private static string Found((string Node, MediumReport Medium, BundleFacts Facts) one) => $"Found OpenShift {one.Facts.Version} on {one.Medium.Name} in node {one.Node}";

    private bool IsLookedFor(MediumReport medium) => round.State.Spec switch
    {
        { Disagreement: not null } => true,
        { Detection: Detection.Automatic, BundleFile: "" } => true,
        { Detection: Detection.Manual, BundleFile: "", BundleDigest: "" } => false,
        { BundleFile: var file, BundleDigest: var digest } => (file.Length == 0 || medium.Name == file) && (digest.Length == 0 || file.Length > 0 || medium.Bundle!.FileDigest.Length == 0 || medium.Bundle.IsPinnedBy(digest)),
        _ => false,
    };

    private void NothingUsable(string? ignored)
    {
        // A verdict stays to be read, also after the medium has been taken out, until something else comes.
        var bad = round.Members().SelectMany(r => r.Media.Where(m => m.Reason.Length > 0).Select(m => (r.Node, Medium: m))).Select(b => ((string Node, MediumReport Medium)?)b).FirstOrDefault();
        if (round.State.Spec!.Disagreement is { } disagreement && round.Status.Phase is Phase.Idle or Phase.Judging)
            round.Turn(Phase.Refused, disagreement.Reason, disagreement.Sentence, null);
        else if (round.State.Spec.Disagreement is null && round.Status is { Phase: Phase.Refused, Reason: DesiredBundle.Disagrees, Bundle: null })
            round.Turn(Phase.Idle, "", "", null);
        else if (bad is { } b && round.Status.Phase is Phase.Idle or Phase.Judging)
            round.Turn(Phase.Refused, b.Medium.Reason, b.Medium.Message, b.Medium.Bundle is { } facts ? ViewOf(facts, b.Node) : null);
        else if (ignored is not null && round.Status.Phase is Phase.Idle or Phase.Judging)
            round.Turn(Phase.Idle, NotNamed, $"{ignored}; spec.bundle names another, or none while spec.detection is Manual. Name this one's file or digest there to use it.", null);
        else if ((round.Status.Phase == Phase.Judging && round.Told?.Phase == Phase.Judging) || round.Status is { Phase: Phase.Idle, Reason: NotNamed })
            round.Turn(Phase.Idle, "", "", null);
    }

    private void Accept(BundleFacts facts, string node, IReadOnlyList<Finding> findings)
    {
        round.State = round.State with { Plans = round.State.Plans.Clear(), Asked = false };
        round.Turn(Phase.Carrying, "", $"Carrying OpenShift {facts.Version} from node {node} to all nodes. Do not remove the medium.", ViewOf(facts, node));
        // What names neither was not asked for: its findings would keep it from being used otherwise.
        var vouched = facts.IsPinnedBy(round.State.Spec!.BundleDigest) || round.State.Spec.Trust.EngineerKeys.Count > 0;
        round.State = round.State with { Status = round.Status with { Bundle = round.Status.Bundle! with { Vouched = vouched } } };
        round.Find(findings);
        round.Record(new UpgradeEvent(false, "BundleAccepted", $"Bundle {facts.Version} ({Short(facts)}) found in node {node} fits; it is being carried to all nodes."));
        foreach (var warning in findings.Where(f => f.Severity == Severity.Warning).Take(Finding.MostTold))
            round.Record(new UpgradeEvent(true, warning.Reason, warning.Sentence));
    }
}
