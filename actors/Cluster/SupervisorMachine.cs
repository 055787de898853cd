using System.Collections.Immutable;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// The decisions of the supervisor, without clock, I/O or actors. Each event changes what is known; then everything is decided anew from
/// what is known, so it does not matter in which order facts arrive or which supervisor gathered them.
/// <code><![CDATA[
///   Idle -> Judging -> Carrying -> Loaded -> (Held) -> Upgrading -> Completed
///              |          |                               |
///              +-> Refused <                              +-> Failed (and back, when the operator takes it after all)
/// ]]></code>
/// 1 candidates: usable bundles on media of any node. 2 judging: all findings, or on to carrying. 3 carrying: a plan per node, a new epoch
/// whenever the plans change. 4 all nodes ready: loaded, held or asked. 5 upgrading: the operator's own words. 6 the end: nodes are told.
/// </summary>
public static class SupervisorMachine
{
    /// <summary>What <paramref name="happened"/> changes, and what is to be done about it, in order.</summary>
    public static (SupervisorState State, ImmutableList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened)
    {
        var before = state;
        state = Learn(state, happened);
        if (!state.Acting || state.Spec is null || state.Nodes is null)
            return (state, []);

        var decision = new Decision(before.Acting ? before.Status : null, before, state, happened);
        decision.Run();
        return (decision.State, decision.Effects.ToImmutable());
    }

    private static SupervisorState Learn(SupervisorState state, SupervisorEvent happened) => happened switch
    {
        SupervisorEvent.Took e => state with
        {
            Acting = true,
            Asked = false,
            Plans = state.Plans.Clear(),
            Status = e.Status ?? new UpgradeStatus { Phase = Phase.Idle },
        },
        SupervisorEvent.Lost => state with { Acting = false },
        SupervisorEvent.SpecSeen e => state with { Spec = e.Spec },
        SupervisorEvent.VersionSeen e => state with { Version = e.View },
        SupervisorEvent.NodesSeen e => state with { Nodes = e.Nodes.ToImmutableSortedDictionary(node => node.Name, node => node, StringComparer.Ordinal) },
        SupervisorEvent.Reported e => state with
        {
            Reports = state.Reports.SetItem(e.Report.Node, e.Report),
            Links = state.Links.Learn(e.Report),
            Trust = state.Trust.Learn(e.Report),
        },
        SupervisorEvent.Silent e => state with { Reports = state.Reports.Remove(e.Node), Links = state.Links.Forget(e.Node) },
        SupervisorEvent.AskFailed e => state with { Asked = false, Status = state.Status with { Reason = e.Reason, Message = e.Message } },
        _ => state,
    };

    /// <summary>One round of deciding; see the numbered steps above.</summary>
    private sealed class Decision(UpgradeStatus? told, SupervisorState before, SupervisorState state, SupervisorEvent happened)
    {
        private readonly List<SupervisorEffect> _records = [];
        private readonly List<SupervisorEffect> _orders = [];

        public SupervisorState State { get; private set; } = state;

        public ImmutableList<SupervisorEffect>.Builder Effects { get; } = ImmutableList.CreateBuilder<SupervisorEffect>();

        private UpgradeStatus Status => State.Status;

        private BundleFacts? Bundle => Status.Bundle is { } b
            ? new BundleFacts(b.Commitment, b.InventorySize, b.Version, b.Arch, b.Release, b.Size, b.UnpackedSize, b.Images)
            : null;

        // At five hundred nodes there are five hundred reports a second; hardly one of them says anything that a plan depends on.
        private bool IsProgressAlone =>
            happened is SupervisorEvent.Reported { Report: var now }
            && State.Plans.ContainsKey(now.Node)
            && before.Reports.TryGetValue(now.Node, out var then)
            && now.Self == then.Self && now.Reason == then.Reason && now.Extracted == then.Extracted && now.Media.SequenceEqual(then.Media)
            && ReferenceEquals(State.Links, before.Links) && ReferenceEquals(State.Trust, before.Trust);

        public void Run()
        {
            // A decision may open the way to the next one at once, but no phase is decided twice in one round.
            for (var decided = new HashSet<Phase>(); decided.Add(Status.Phase);)
                Decide();

            if (State.Trust != before.Trust)
                Accuse();
            if (happened is SupervisorEvent.Reported report)
                Answer(report.Report);
            State = State with { Status = Status with { Nodes = NodeViews.Of(State), ObservedGeneration = State.Spec!.Generation } };
            if (told is null || !Same(told, Status))
                Effects.Add(new SupervisorEffect.WriteStatus(Status, told is null || Turned(told, Status)));
            Effects.AddRange(_records);
            Effects.AddRange(_orders);
        }

        private void Decide()
        {
            switch (Status.Phase)
            {
                case Phase.Idle or Phase.Judging or Phase.Completed or Phase.Refused or Phase.Cancelled:
                    JudgeCandidates();
                    break;
                case Phase.Carrying or Phase.Loaded or Phase.Held:
                    Carry();
                    break;
                case Phase.Upgrading or Phase.Failed:
                    FollowUpgrade();
                    break;
            }
        }

        // 1 and 2
        private void JudgeCandidates()
        {
            var candidates = State.Reports.Values
                .SelectMany(report => report.Media.Where(medium => medium.Usable).Select(medium => (report.Node, Medium: medium, Facts: medium.Bundle!)))
                .Where(c => !IsRunning(c.Facts))
                .ToList();
            if (candidates.Count == 0)
            {
                NothingUsable();
                return;
            }

            var silent = Silent();
            if (State.Version is null || silent.Count > 0)
            {
                var first = candidates[0];
                Turn(
                    Phase.Judging,
                    "Waiting",
                    State.Version is null
                        ? $"Found OpenShift {first.Facts.Version} on {first.Medium.Name} in node {first.Node}; the cluster's version is not known yet."
                        : $"Found OpenShift {first.Facts.Version} on {first.Medium.Name} in node {first.Node}; waiting for the agent of {Names(silent)}.",
                    ViewOf(first.Facts, first.Node));
                return;
            }

            var judged = candidates
                .DistinctBy(c => c.Facts.Commitment)
                .Select(c => (c.Node, c.Medium, c.Facts, Findings: Judge.Findings(c.Facts, State.Spec!, State.Version, State.Nodes!.Values, State.Reports)))
                .ToList();
            var fitting = judged.Where(j => j.Findings.Count == 0).ToList();
            switch (fitting)
            {
                case []:
                    var findings = judged.SelectMany(j => j.Findings).Distinct().ToList();
                    Turn(Phase.Refused, findings[0].Reason, string.Join(" ", findings.Select(f => f.Message)), ViewOf(judged[0].Facts, judged[0].Node));
                    break;
                case [var one]:
                    Accept(one.Facts, one.Node);
                    break;
                default:
                    Turn(
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
            var bad = Members().SelectMany(r => r.Media.Where(m => m.Reason.Length > 0).Select(m => (r.Node, Medium: m))).Select(b => ((string Node, MediumReport Medium)?)b).FirstOrDefault();
            if (bad is { } b && Status.Phase is Phase.Idle or Phase.Judging)
                Turn(Phase.Refused, b.Medium.Reason, b.Medium.Message, b.Medium.Bundle is { } facts ? ViewOf(facts, b.Node) : null);
            else if (Status.Phase == Phase.Judging && told?.Phase == Phase.Judging)
                Turn(Phase.Idle, "", "", null);
        }

        private void Accept(BundleFacts facts, string node)
        {
            // Plans of a bundle that was finished in this same round are no news to anybody any more.
            _orders.RemoveAll(order => order is SupervisorEffect.SendPlan);
            State = State with { Plans = State.Plans.Clear(), Asked = false };
            Turn(Phase.Carrying, "", $"Carrying OpenShift {facts.Version} from node {node} to all nodes. Do not remove the medium.", ViewOf(facts, node));
            _records.Add(new SupervisorEffect.Record(new UpgradeEvent(false, "BundleAccepted", $"Bundle {facts.Version} ({Short(facts)}) found in node {node} fits; it is being carried to all nodes.")));
        }

        // 3 and 4
        private void Carry()
        {
            var bundle = Bundle!;
            if (Condemned(bundle) is var (node, medium) && medium is not null)
            {
                Refuse(bundle, node, medium);
                return;
            }

            var plans = IsProgressAlone ? State.Plans : ChainPlanner.Plan(Status.Epoch, bundle, [.. Members()], State.Plans, Site());
            if (!plans.SequenceEqual(State.Plans))
            {
                var epoch = Status.Epoch + 1;
                State = State with
                {
                    Plans = plans.ToImmutableSortedDictionary(p => p.Key, p => p.Value with { Epoch = epoch }, StringComparer.Ordinal),
                    Status = Status with { Epoch = epoch },
                };
                foreach (var (name, plan) in State.Plans)
                    _orders.Add(new SupervisorEffect.SendPlan(name, plan));
            }

            var notReady = State.Nodes!.Keys.Where(name => !IsReady(name, bundle)).ToList();
            if (notReady.Count > 0)
            {
                var sources = State.Plans.Where(p => p.Value.MediumId.Length > 0).Select(p => p.Key).ToList();
                var source = sources.FirstOrDefault();
                var done = Members().Any(r => r.Commitment == bundle.Commitment && r.Extracted);
                var silent = Silent();
                var (reason, message) = (source, done) switch
                {
                    (null, false) when silent.Count > 0 => ("Waiting", $"Waiting for the agent of {Names(silent)}. If that node stays away, insert the medium with OpenShift {bundle.Version}, or a copy of it, into another."),
                    (null, false) => ("WaitingForMedium", WhyNoMedium(bundle) + $"Insert the medium with OpenShift {bundle.Version} again, or a copy of it, into any node."),
                    (_, true) => ("", $"All of OpenShift {bundle.Version} has been read; waiting for {Names(notReady)}. The medium can be removed."),
                    _ when sources.TrueForAll(IsFull) => (Reasons.NoSpace, $"Nobody gets on before there is room in node {source}, whose medium with OpenShift {bundle.Version} is read, or that medium is put into another node. {State.Reports[source!].Message}"),
                    _ when sources.TrueForAll(State.Trust.LeftOut.Contains) => (Reasons.HolderLeftOut, $"Put the medium with OpenShift {bundle.Version} into another node. " + State.Trust.Against(source)),
                    _ when sources.Count > 1 => ("", $"Carrying OpenShift {bundle.Version} from nodes {string.Join(" and ", sources)} to all nodes. Do not remove the media."),
                    _ => ("", $"Carrying OpenShift {bundle.Version} from node {source} to all nodes. Do not remove the medium.{PaceIn(source!)}"),
                };
                Turn(Phase.Carrying, reason, message, ViewOf(bundle, source ?? Status.Bundle!.Source));
            }
            else if (State.Spec!.Hold)
            {
                Turn(Phase.Held, "Held", $"OpenShift {bundle.Version} is loaded on all nodes and waits until spec.hold is false. The medium can be removed.", Status.Bundle);
            }
            else if (Status.Phase != Phase.Loaded)
            {
                Turn(Phase.Loaded, "", $"OpenShift {bundle.Version} is loaded on all nodes. The medium can be removed.", Status.Bundle);
                _records.Add(new SupervisorEffect.Record(new UpgradeEvent(false, "Loaded", $"All {State.Nodes.Count} nodes have all {bundle.Images} images of {bundle.Version}.")));
            }
            else if (State.Version is not null)
            {
                Turn(Phase.Upgrading, "", $"The cluster version operator is asked for OpenShift {bundle.Version}.", Status.Bundle);
                _records.Add(new SupervisorEffect.Record(new UpgradeEvent(false, "UpgradeRequested", $"The cluster version operator is asked for {bundle.Release}.")));
            }
        }

        private string PaceIn(string node) => State.Reports[node].Media.Select(medium => medium.Pace).FirstOrDefault(pace => pace is not null) is { } pace ? $" It is read at {pace}." : "";

        private bool IsFull(string node) => State.Reports[node] is { Reason: Reasons.NoSpace, Extracted: false };

        private SiteFacts Site() => new(
            State.Nodes!.Where(n => n.Value.Zone.Length > 0).ToImmutableSortedDictionary(n => n.Key, n => n.Value.Zone, StringComparer.Ordinal),
            State.Links,
            State.Trust.LeftOut,
            State.SiteBytesPerSecond);

        // A blob that was drawn well from another holder leaves no trace in the reports, but it must be seen.
        private void Accuse()
        {
            foreach (var (by, complaint) in State.Trust.Since(before.Trust))
                _records.Add(new SupervisorEffect.Record(new UpgradeEvent(true, complaint.Reason, $"{by} refused a blob. {complaint.Message} It is drawn again.")));
            foreach (var node in State.Trust.LeftOut.Except(before.Trust.LeftOut))
                _records.Add(new SupervisorEffect.Record(new UpgradeEvent(true, Reasons.HolderLeftOut, State.Trust.Against(node)!)));
        }

        private string WhyNoMedium(BundleFacts bundle) =>
            Members().SelectMany(r => r.Media.Select(m => (r.Node, Medium: m))).FirstOrDefault(m => m.Medium.Bundle?.Commitment == bundle.Commitment) is { Medium: { } bad } found
                ? $"{bad.Name} in node {found.Node} cannot be read: {bad.Message} "
                : "";

        private void Refuse(BundleFacts bundle, string node, MediumReport medium)
        {
            var epoch = Status.Epoch + 1;
            State = State with { Plans = State.Plans.Clear(), Status = Status with { Epoch = epoch } };
            Turn(
                Phase.Refused,
                medium.Reason,
                $"{medium.Name} in node {node} cannot be trusted: {medium.Message} Write the bundle to a medium again and insert that.",
                ViewOf(bundle, node));
            foreach (var report in Members())
                _orders.Add(new SupervisorEffect.SendStop(report.Node, new StopWork(epoch, bundle.Commitment, medium.Reason)));
        }

        // A medium with wrong bytes condemns the bundle unless another medium with the same bundle is there to supply them.
        private (string Node, MediumReport? Medium) Condemned(BundleFacts bundle)
        {
            var media = Members().SelectMany(r => r.Media.Select(m => (r.Node, Medium: m))).Where(m => m.Medium.Bundle?.Commitment == bundle.Commitment).ToList();
            return media.Any(m => m.Medium.Usable)
                ? default
                : media.FirstOrDefault(m => m.Medium.Reason is Reasons.DigestMismatch or Reasons.SizeMismatch or Reasons.InvalidBundle or Reasons.LimitExceeded) is var bad
                    ? (bad.Node, bad.Medium)
                    : default;
        }

        // 5
        private void FollowUpgrade()
        {
            var bundle = Bundle!;
            if (State.Version is not { } version)
                return;
            if (version.Head is { Completed: true } head && head.Image == bundle.Release && version.Observed)
            {
                Turn(Phase.Completed, "", $"The cluster runs OpenShift {bundle.Version}.", Status.Bundle);
                _records.Add(new SupervisorEffect.Record(new UpgradeEvent(false, "Completed", $"The cluster version operator reports {bundle.Version} completed.")));
                foreach (var report in Members())
                    _orders.Add(new SupervisorEffect.SendFinish(report.Node, new FinishWork(bundle.Commitment, bundle.Version)));
                return;
            }

            if (version.DesiredImage != bundle.Release)
            {
                // Asked for already, or not: the request is harmless to repeat, but never before every node has shown (again) that it is ready.
                var notReady = State.Nodes!.Keys.Where(name => !IsReady(name, bundle)).ToList();
                if (notReady.Count > 0)
                    Turn(notReady.Any(State.Reports.ContainsKey) ? Phase.Carrying : Phase.Upgrading, "Waiting", $"Waiting for {Names(notReady)} before OpenShift {bundle.Version} is asked for.", Status.Bundle);
                else if (!State.Asked)
                    Ask();
                return;
            }

            if (version is { ReleaseAccepted: { Status: false, Reason: var why, Message: var text } } && !version.Observed)
                Turn(Phase.Failed, why, $"The cluster version operator does not accept the release: {text}", Status.Bundle);
            else if (version.Failing is { Status: true, Reason: var failing, Message: var failure })
                Turn(Phase.Failed, failing, $"The cluster version operator cannot apply the release: {failure}", Status.Bundle);
            else
                Turn(Phase.Upgrading, "", version.Observed && version.Progressing is { Status: true } p ? p.Message : $"The cluster version operator retrieves OpenShift {bundle.Version}; it says nothing while it does.", Status.Bundle);
        }

        private void Ask()
        {
            State = State with { Asked = true };
            if (Status.Reason == "Waiting")
                Turn(Phase.Upgrading, "", $"The cluster version operator is asked for OpenShift {Status.Bundle!.Version}.", Status.Bundle);
            _orders.Add(new SupervisorEffect.AskUpgrade(Status.Bundle!));
        }

        // 6, and whoever missed an order
        private void Answer(NodeReport report)
        {
            switch (Status.Phase)
            {
                case Phase.Carrying or Phase.Loaded or Phase.Held:
                    if (State.Plans.TryGetValue(report.Node, out var plan) && report.Epoch != plan.Epoch && !_orders.OfType<SupervisorEffect.SendPlan>().Any(o => o.Node == report.Node))
                        _orders.Add(new SupervisorEffect.SendPlan(report.Node, plan));
                    break;
                case Phase.Refused when Status.Bundle is { } refused && report.Commitment == refused.Commitment && report.Stage is Stage.Receiving or Stage.Loading:
                    if (!_orders.OfType<SupervisorEffect.SendStop>().Any(o => o.Node == report.Node))
                        _orders.Add(new SupervisorEffect.SendStop(report.Node, new StopWork(Status.Epoch, report.Commitment, Status.Reason)));
                    break;
                case Phase.Completed when report.Commitment == Status.Bundle?.Commitment && report.Stage == Stage.Ready:
                    if (!_orders.OfType<SupervisorEffect.SendFinish>().Any(o => o.Node == report.Node))
                        _orders.Add(new SupervisorEffect.SendFinish(report.Node, new FinishWork(report.Commitment, Status.Bundle!.Version)));
                    break;
            }
        }

        private void Turn(Phase phase, string reason, string message, BundleView? bundle)
        {
            if (phase is Phase.Refused or Phase.Failed && (Status.Phase != phase || Status.Reason != reason))
                _records.Add(new SupervisorEffect.Record(new UpgradeEvent(true, reason, message)));
            State = State with { Status = Status with { Phase = phase, Reason = reason, Message = message, Bundle = bundle } };
        }

        private IEnumerable<NodeReport> Members() => State.Reports.Values.Where(report => State.Nodes!.ContainsKey(report.Node));

        // The stick may stay in after the upgrade.
        private bool IsRunning(BundleFacts facts) =>
            State.Version is { } v && (v.CurrentImage == facts.Release || (v.Head is { Completed: true } head && head.Image == facts.Release));

        private List<string> Silent() => [.. State.Nodes!.Keys.Where(name => !State.Reports.ContainsKey(name))];

        private bool IsReady(string node, BundleFacts bundle) =>
            State.Reports.TryGetValue(node, out var report) && report.Commitment == bundle.Commitment && report.Stage is Stage.Ready or Stage.Upgraded;

        private static BundleView ViewOf(BundleFacts b, string source) =>
            new(b.Commitment, b.InventorySize, b.Version, b.Arch, b.Release, b.Size, b.UnpackedSize, b.Images, source);

        private static string Short(BundleFacts facts) => facts.Commitment.Length > 19 ? facts.Commitment[..19] : facts.Commitment;

        private static string Names(List<string> names) => names.Count <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more";

        private static bool Turned(UpgradeStatus a, UpgradeStatus b) =>
            a.Phase != b.Phase || a.Reason != b.Reason || a.Epoch != b.Epoch || a.Bundle != b.Bundle || a.ObservedGeneration != b.ObservedGeneration;

        private static bool Same(UpgradeStatus a, UpgradeStatus b) => !Turned(a, b) && a.Message == b.Message && a.Nodes.SequenceEqual(b.Nodes);
    }
}
