using System.Text.Json;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Judges bundles by what the supervisor knows at this moment, as <see cref="SupervisorJudging"/> would, and begins nothing. It may be asked in
/// any phase, of a supervisor that holds the lease or not.
/// </summary>
/// <param name="node">The supervisor's node.</param>
/// <param name="ports">The release's signatures are verified, and the workloads read, through them.</param>
/// <param name="time">The time.</param>
internal sealed class Preflight(string node, SupervisorPorts ports, TimeProvider time)
{
    /// <summary>A control message has room for 128,000 bytes (reference/akka.md section 5.4); above that it would be dropped.</summary>
    private const int MostBytes = 100_000;

    public async Task<Judgement> AnswerAsync(SupervisorState state, JudgeBundle asked, CancellationToken cancellationToken)
    {
        var answer = new Judgement(node, state.Acting, state.Version?.CurrentVersion ?? "", state.Status.Phase, Unknown(state), []);
        if (JudgedSite.Of(state) is not { } site)
            return answer;
        site = site with { Workloads = await WorkloadsAsync(cancellationToken) };
        var bundles = new List<JudgedBundle>();
        foreach (var (facts, at, medium) in Asked(state, asked))
            bundles.Add(Judged(facts, at, medium, facts is null ? [Unusable(medium!)] : await FindingsAsync(facts, state, site, cancellationToken)));
        return Fitting(answer with { Bundles = WithConflicts(bundles, site) });
    }

    /// <summary>What runs in the cluster; that it could not be read is a finding, and nobody waits for it.</summary>
    public async Task<WorkloadFacts> WorkloadsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return ports.Workloads is null ? WorkloadFacts.None : await ports.Workloads.ReadAsync(cancellationToken);
        }
        catch (ApiUnavailableException e)
        {
            return new WorkloadFacts([], time.GetUtcNow(), e.Message);
        }
    }

    private static string Unknown(SupervisorState state) => state switch
    {
        { Spec: null } => "What the administrator wants (BundleUpgrade cluster) is not known yet.",
        { Version: null } => "The cluster's version is not known; the Kubernetes API may be away.",
        { Health: null } => "How the cluster is, is not known; the Kubernetes API may be away.",
        { Nodes: null } => "Which nodes there are, is not known yet.",
        _ => "",
    };

    private static IEnumerable<(BundleFacts? Facts, string Node, MediumReport? Medium)> Asked(SupervisorState state, JudgeBundle asked) => asked.Bundle is { } facts
        ? [(facts, "", null)]
        : state.Reports.Values.SelectMany(report => report.Media.Select(medium => (medium.Usable ? medium.Bundle : null, report.Node, (MediumReport?)medium)));

    private static Finding Unusable(MediumReport medium) => new(medium.Reason, medium.Message, "");

    private async ValueTask<List<Finding>> FindingsAsync(BundleFacts bundle, SupervisorState state, JudgedSite site, CancellationToken cancellationToken)
    {
        var silent = site.Nodes.Where(one => !state.Reports.ContainsKey(one.Name))
            .Select(one => new Finding("AgentSilent", $"Nothing is heard of the agent on {one.Name}.", "The bundle waits for it; if the node is running, look at its handcarry-agent service.").About("Node", one.Name));
        List<Finding> findings = [.. await SignatureAsync(bundle, site.Spec.Trust, cancellationToken), .. Judge.Findings(bundle, site), .. silent];
        return [.. findings.OrderByDescending(f => f.Severity)];
    }

    private async ValueTask<IReadOnlyList<Finding>> SignatureAsync(BundleFacts bundle, TrustSpec trust, CancellationToken cancellationToken)
    {
        if (bundle.SignaturesOfRelease() is not { Count: > 0 } signatures)
            return [new Finding(Reasons.SignatureMissing, "No signature of the release is known before the bundle has been read.", "It is verified when all nodes have the bundle.", Severity.Information)];
        try
        {
            var verdict = await ports.Releases.VerifyAsync(bundle.Release, signatures, trust, cancellationToken);
            return verdict.Valid ? []
                : [new Finding(verdict.Reason, Sentence(verdict.Sentence), trust.AllowUnsigned ? "It is used because spec.trust.allowUnsigned says so." : SupervisorGate.UnsignedRemedy, trust.AllowUnsigned ? Severity.Warning : Severity.Refusal)];
        }
        catch (ContentException e)
        {
            return [new Finding(e.Reason, e.Message, "")];
        }
        catch (ApiUnavailableException e)
        {
            return [new Finding("ReleaseKeysUnknown", $"The cluster's keys of releases cannot be read now: {Sentence(e.Message)}", "Ask again when the Kubernetes API is back.", Severity.Warning)];
        }
    }

    private static JudgedBundle Judged(BundleFacts? facts, string at, MediumReport? medium, IReadOnlyList<Finding> findings) =>
        new(facts?.Version ?? "", facts?.Arch ?? "", facts?.Commitment ?? "", at, medium?.Name ?? "", findings);

    private static IEnumerable<JudgedBundle> Counted(IEnumerable<JudgedBundle> bundles) => bundles.Select(bundle => bundle with
    {
        Refusals = bundle.Findings.Count(f => f.Severity == Severity.Refusal),
        Warnings = bundle.Findings.Count(f => f.Severity == Severity.Warning),
    });

    // Which of two that fit is meant, nobody but the administrator knows.
    private static List<JudgedBundle> WithConflicts(List<JudgedBundle> bundles, JudgedSite site)
    {
        var fitting = Counted(bundles).Where(b => b.Refusals == 0).DistinctBy(b => b.Commitment).ToList();
        if (fitting.Count < 2 || site.Spec.BundleFile.Length > 0)
            return [.. Counted(bundles)];
        var conflict = new Finding(
            "ConflictingBundles",
            $"Different bundles fit at the same time: {string.Join("; ", fitting.Select(b => $"{b.Version} ({b.Commitment}) on {b.Medium} in node {b.Node}"))}.",
            "Leave one there, or name its digest in spec.bundle.digest.");
        return [.. Counted(bundles.Select(b => fitting.Exists(f => f.Commitment == b.Commitment) ? b with { Findings = [conflict, .. b.Findings] } : b))];
    }

    // Of each bundle the first findings, as many as a message has room for.
    private static Judgement Fitting(Judgement answer)
    {
        var (room, omitted) = (MostBytes, 0);
        var bundles = new List<JudgedBundle>();
        foreach (var bundle in answer.Bundles)
        {
            var told = bundle.Findings.TakeWhile(f => (room -= JsonSerializer.SerializeToUtf8Bytes(f, WireJson.Default.Finding).Length + 1) >= 0).ToList();
            omitted += bundle.Findings.Count - told.Count;
            bundles.Add(bundle with { Findings = told });
        }

        return answer with { Bundles = bundles, Omitted = omitted };
    }
}
