using System.Collections.Immutable;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>One round of deciding: what is known, what was decided so far, and what is to be done about it.</summary>
/// <param name="told">The status that the outside knows; null when this supervisor has not said anything yet.</param>
/// <param name="before">What was known before this event.</param>
/// <param name="state">What is known with it.</param>
/// <param name="happened">The event.</param>
internal sealed class SupervisorRound(UpgradeStatus? told, SupervisorState before, SupervisorState state, SupervisorEvent happened)
{
    private readonly List<SupervisorEffect> _records = [];
    private readonly List<SupervisorEffect> _orders = [];

    public UpgradeStatus? Told => told;

    public SupervisorState Before => before;

    public SupervisorState State { get; set; } = state;

    public UpgradeStatus Status => State.Status;

    public IReadOnlyList<SupervisorEffect> Orders => _orders;

    public BundleFacts? Bundle => Status.Bundle is { } b
        ? new BundleFacts(b.Commitment, b.InventorySize, b.Version, b.Arch, b.Release, b.Size, b.UnpackedSize, b.Images)
        : null;

    /// <summary>Whether only time has passed.</summary>
    public bool IsTick => happened is SupervisorEvent.TimePassed;

    /// <summary>What was just seen of the renewal of the agents; null when something else has happened.</summary>
    public AgentRollout? Saw => (happened as SupervisorEvent.AgentsSeen)?.Rollout;

    /// <summary>At five hundred nodes there are five hundred reports a second; hardly one of them says anything that a plan depends on.</summary>
    public bool IsProgressAlone =>
        happened is SupervisorEvent.Reported { Reports: var reports }
        && ReferenceEquals(State.Links, before.Links) && ReferenceEquals(State.Trust, before.Trust)
        && reports.TrueForAll(now => State.Plans.ContainsKey(now.Node)
            && before.Reports.TryGetValue(now.Node, out var then)
            && now.Self == then.Self && now.Reason == then.Reason && now.Extracted == then.Extracted && now.LetGo == then.LetGo && now.Media.SequenceEqual(then.Media));

    public static BundleView ViewOf(BundleFacts b, string source) =>
        new(b.Commitment, b.InventorySize, b.Version, b.Arch, b.Release, b.Size, b.UnpackedSize, b.Images, source);

    public static string Short(BundleFacts facts) => facts.Commitment.Length > 19 ? facts.Commitment[..19] : facts.Commitment;

    public static string Names(IReadOnlyList<string> names) => names.Count <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more";

    /// <summary>What somebody else said, with a full stop.</summary>
    public static string Sentence(string said) => said.EndsWith('.') || said.Length == 0 ? said : said + ".";

    public void Turn(Phase phase, string reason, string message, BundleView? bundle)
    {
        if (phase is Phase.Refused or Phase.Failed && (Status.Phase != phase || Status.Reason != reason))
            Record(new UpgradeEvent(true, reason, message));
        var stays = bundle is not null && bundle.Commitment == Status.Bundle?.Commitment;
        State = State with
        {
            Status = Status with
            {
                Phase = phase,
                Reason = reason,
                Message = message,
                Bundle = stays && Status.Bundle!.Vouched ? bundle! with { Vouched = true } : bundle,
                Findings = stays ? Status.Findings : [],
                FindingsTotal = stays ? Status.FindingsTotal : 0,
            },
        };
    }

    /// <summary>Says in the status what was found about its bundle.</summary>
    public void Find(IReadOnlyList<Finding> findings) =>
        State = State with { Status = Status with { Findings = [.. findings.Take(UpgradeStatus.MostFindings)], FindingsTotal = findings.Count } };

    /// <summary>Refuses the bundle that is being carried or was loaded: every node lets go of it.</summary>
    public void Refuse(string reason, string message, BundleView bundle)
    {
        var epoch = Status.Epoch + 1;
        State = State with { Plans = State.Plans.Clear(), Status = Status with { Epoch = epoch } };
        Turn(Phase.Refused, reason, message, bundle);
        WithdrawPlans();
        foreach (var report in Members())
            Order(new SupervisorEffect.SendStop(report.Node, new StopWork(epoch, bundle.Commitment, reason)));
    }

    public void Record(UpgradeEvent said) => _records.Add(new SupervisorEffect.Record(said));

    public void OrderFirst(SupervisorEffect order) => _orders.Insert(0, order);

    public void Order(SupervisorEffect order) => _orders.Add(order);

    /// <summary>Plans that were decided earlier in this round and are outdated already: a plan may change again when the phase does.</summary>
    public void WithdrawPlans() => _orders.RemoveAll(order => order is SupervisorEffect.SendPlan);

    public IEnumerable<NodeReport> Members() => State.Reports.Values.Where(report => State.Nodes!.ContainsKey(report.Node));

    /// <summary>What bundles are judged by; null while something of it is not known.</summary>
    public JudgedSite? Judged() => JudgedSite.Of(State);

    /// <summary>Whether the cluster runs it already: the stick may stay in after the upgrade.</summary>
    public bool IsRunning(BundleFacts facts) =>
        State.Version is { } v && (v.CurrentImage == facts.Release || (v.Head is { Completed: true } head && head.Image == facts.Release));

    /// <summary>Nodes of whose agents nothing is heard.</summary>
    public List<string> Silent() => [.. State.Nodes!.Keys.Where(name => !State.Reports.ContainsKey(name))];

    public List<string> NotReady(BundleFacts bundle) => [.. State.Nodes!.Keys.Where(name => !IsReady(name, bundle))];

    public bool IsReady(string node, BundleFacts bundle) =>
        State.Reports.TryGetValue(node, out var report) && report.Commitment == bundle.Commitment && report.Stage is Stage.Ready or Stage.Upgraded;

    /// <summary>What is to be done, in order: the status first, for nobody may hear of a decision that did not become the truth.</summary>
    public ImmutableList<SupervisorEffect> Effects()
    {
        State = State with { Status = Status with { Nodes = NodeViews.Of(State), ObservedGeneration = State.Spec!.Generation } };
        return told is not null && Same(told, Status)
            ? [.. _records, .. _orders]
            : [new SupervisorEffect.WriteStatus(Status, told is null || Turned(told, Status)), .. _records, .. _orders];
    }

    private static bool Turned(UpgradeStatus a, UpgradeStatus b) =>
        a.Phase != b.Phase || a.Reason != b.Reason || a.Epoch != b.Epoch || a.Bundle != b.Bundle || a.ObservedGeneration != b.ObservedGeneration;

    private static bool Same(UpgradeStatus a, UpgradeStatus b) => !Turned(a, b) && a.Message == b.Message && a.FindingsTotal == b.FindingsTotal && a.Findings.SequenceEqual(b.Findings) && a.Nodes.SequenceEqual(b.Nodes);
}
