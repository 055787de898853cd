using System.Globalization;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Actors.Tests.Scenarios;

/// <summary>Lets a supervisor live through a story.</summary>
internal sealed class SupervisorStory
{
    private readonly Dictionary<string, NodeReport> _reports = new(StringComparer.Ordinal);
    // Stories that are not about the cluster's health do not tell of it.
    private SupervisorState _state = SupervisorState.Initial with { Health = ClusterHealth.Bare, Workloads = WorkloadFacts.None };

    private bool _upkeepToo;
    private bool _pinsToo;
    private (string Reason, string Message) _pins = ("", "");
    private SignatureVerdict _signature = new(null, "Signed.");

    public SupervisorState State => _state;

    public IEnumerable<string> Tell(ScenarioLine line) => line.Verb switch
    {
        "signatures" => Sign(line.Text("bad", "")),
        "tell-upkeep" => TellUpkeep(),
        "pins" => Pin(line.Text("reason", ""), line.Text("because")),
        _ => TellOf(Event(line)),
    };

    // Only the story about it tells of the upkeep of machines.
    private string[] TellUpkeep()
    {
        _upkeepToo = true;
        return [];
    }

    // Only stories about them tell of pinned image sets, and of what their daemons say from here on.
    private string[] Pin(string reason, string message)
    {
        _pinsToo = true;
        _pins = (reason, message);
        return [];
    }

    // Whether the release's signature holds, from here on; it does unless the story says otherwise.
    private string[] Sign(string reason)
    {
        _signature = reason.Length == 0 ? new SignatureVerdict(null, "Signed.") : new SignatureVerdict(reason, "No signature of the release holds.");
        return [];
    }

    private IEnumerable<string> TellOf(SupervisorEvent happened)
    {
        var before = _state.Status;
        (_state, var effects) = SupervisorMachine.Step(_state, happened);
        var now = _state.Status;
        if (now.Phase != before.Phase || now.Reason != before.Reason || now.Message != before.Message)
            yield return Bundles.Shorten($"{now.Phase}{(now.Reason.Length > 0 ? $" ({now.Reason})" : "")}: {now.Message}");
        foreach (var effect in effects.Where(IsTold))
            yield return "  " + Bundles.Shorten(Describe(effect));
        foreach (var verify in effects.OfType<SupervisorEffect.VerifyRelease>())
            foreach (var line in TellOf(new SupervisorEvent.ReleaseVerified(new ReleaseVerdict(verify.Bundle.Commitment, verify.Trust, _signature))))
                yield return line;
        foreach (var prepare in effects.OfType<SupervisorEffect.Prepare>())
            foreach (var line in TellOf(new SupervisorEvent.Prepared(new PinnedSets(prepare.Bundle.Commitment, _pins.Reason, _pins.Message))))
                yield return line;
    }

    private bool IsTold(SupervisorEffect effect) => effect switch
    {
        SupervisorEffect.PauseUpkeep or SupervisorEffect.ResumeUpkeep => _upkeepToo,
        SupervisorEffect.Prepare or SupervisorEffect.KeepPins or SupervisorEffect.DropPins => _pinsToo,
        _ => true,
    };

    private SupervisorEvent Event(ScenarioLine line) => line.Verb switch
    {
        "took" => new SupervisorEvent.Took(line.Words.Count == 0 ? null : new UpgradeStatus
        {
            Phase = Enum.Parse<Phase>(line.Words[0]),
            Epoch = line.Number("epoch"),
            Bundle = line.Has("bundle") ? View(line.Text("bundle"), line.Text("source", "n1")) with { Vouched = line.Yes("vouched", true) } : null,
            Reason = line.Text("reason"),
            Message = line.Text("message"),
        }),
        "lost" => new SupervisorEvent.Lost(),
        "spec" => new SupervisorEvent.SpecSeen(Spec(line)),
        "health" => new SupervisorEvent.HealthSeen(Health(line)),
        "workloads" => new SupervisorEvent.WorkloadsSeen(new WorkloadFacts(
            [.. Listed(line, "always").Select(name => new WorkloadImage(name, $"example.com/{name}:1", true, true)), .. Listed(line, "absent").Select(name => new WorkloadImage(name, $"example.com/{name}:1", false, false))],
            null,
            line.Text("unknown"))),
        "nodes" => new SupervisorEvent.NodesSeen([.. line.Words.Select(name => Node(name, line))]),
        "version" => new SupervisorEvent.VersionSeen(line.Words[0] == "away" ? null : Version(line)),
        "report" => new SupervisorEvent.Reported(Report(line)),
        "time" => new SupervisorEvent.TimePassed(Time(line.Words[0])),
        "agents" => new SupervisorEvent.AgentsSeen(new AgentRollout(Enum.Parse<RolloutStage>(line.Words[0]), line.Text("version", "0.2.0"), (int)line.Number("nodes", 3), (int)line.Number("ready"), line.Text("because"))),
        "silent" => new SupervisorEvent.Silent(line.Words[0]),
        "ask-failed" => new SupervisorEvent.AskFailed(line.Words[0], line.Text("message")),
        _ => throw new ArgumentException($"The verb \"{line.Verb}\" is not known."),
    };

    // n1@zone!place: a node's zone, and its label place.
    private static ClusterNode Node(string word, ScenarioLine line)
    {
        var (at, place) = (word.Split('!')[0].Split('@'), word.Split('!').ElementAtOrDefault(1) ?? "");
        return new ClusterNode(
            at[0], line.Text("arch", "amd64"), line.Yes("ready", true), at.ElementAtOrDefault(1) ?? "", line.Text("roles", "worker"),
            DiskPressure: line.Yes("pressure", false), Labels: place.Length > 0 ? $"place={place}" : "");
    }

    private static UpgradeSpec Spec(ScenarioLine line) => new(
        line.Yes("hold", false), line.Has("digest") ? Bundles.Commitment(line.Text("digest")) : "", line.Number("generation", 1))
    {
        AllowUnlistedEdge = line.Yes("unlisted", false),
        Cancel = line.Yes("cancel", false),
        Detection = line.Yes("manual", false) ? Detection.Manual : Detection.Automatic,
        BundleFile = line.Text("file"),
        Schedule = new UpgradeSchedule(
            line.Has("not-before") ? Time(line.Text("not-before")) : null,
            line.Has("window") ? TimeOnly.Parse(line.Text("window").Split('-')[0], CultureInfo.InvariantCulture) : null,
            line.Has("window") ? TimeOnly.Parse(line.Text("window").Split('-')[1], CultureInfo.InvariantCulture) : null,
            line.Text("zone")),
        Selector = line.Has("leave-out") ? new NodeSelector([new LabelRequirement("place", "NotIn", [line.Text("leave-out")])]) : NodeSelector.All,
        SiteBytesPerSecond = line.Number("site-rate"),
        NodeBytesPerSecond = line.Number("node-rate"),
        Retain = TimeSpan.FromHours(line.Number("retain", 168)),
        ToleratedUnready = (int)line.Number("tolerate"),
        Trust = new TrustSpec
        {
            AllowUnsigned = line.Yes("unsigned", false),
            EngineerKeys = [.. Listed(line, "engineer").Select(Bundles.EngineerPem)],
        },
    };

    private static ClusterVersionView Version(ScenarioLine line) => new(
        line.Words[0],
        "",
        line.Has("desired") ? Bundles.Facts(line.Text("desired")).Release : "",
        line.Yes("observed", true),
        line.Has("head") ? new HistoryEntry(Bundles.Facts(line.Text("head")).Version, Bundles.Facts(line.Text("head")).Release, line.Yes("completed", false)) { CompletedAt = line.Has("done") ? Time(line.Text("done")) : null } : null,
        line.Has("refused") ? new ConditionView(false, line.Text("refused"), line.Text("because", "because.")) : new ConditionView(true, "PayloadLoaded", ""),
        line.Has("progressing") ? new ConditionView(true, "", line.Text("progressing")) : null,
        line.Has("failing") ? new ConditionView(true, line.Text("failing"), line.Text("because", "because.")) : null,
        line.Has("upgradeable") ? new ConditionView(false, line.Text("upgradeable"), line.Text("because", "because.")) : null)
    {
        Wish = line.Has("wish-file") || line.Has("wish-digest") || line.Has("wish-hold")
            ? new DesiredBundle(line.Text("wish-file"), line.Has("wish-digest") ? Bundles.Commitment(line.Text("wish-digest")) : "", line.Yes("wish-hold", false))
            : null,
    };

    // degraded=dns pools=master,worker:paused gates=ack-4.12-x acked=ack-4.12-x registry=yes
    private static ClusterHealth? Health(ScenarioLine line) => line.Words is ["away"] ? null : new ClusterHealth
    {
        Operators =
        [
            .. Listed(line, "degraded").Select(name => new OperatorView(name, new ConditionView(true, "", ""), new ConditionView(true, "SyncError", "It cannot sync."))),
            .. Listed(line, "unavailable").Select(name => new OperatorView(name, new ConditionView(false, "NoPods", "No pods run."), null)),
            .. Listed(line, "operators").Select(name => new OperatorView(name, new ConditionView(true, "", ""), null)),
        ],
        Pools = [.. Listed(line, "pools").Select(Pool)],
        Gates = [.. Listed(line, "gates").Select(key => new AdminGate(key, "APIs are gone.", Listed(line, "acked").Contains(key)))],
        InternalReleaseImage = line.Yes("registry", false),
    };

    private static PoolView Pool(string text)
    {
        var (name, state) = (text.Split(':')[0], text.Split(':').ElementAtOrDefault(1) ?? "");
        return new PoolView(
            name, name, state == "paused", state != "updating", state == "updating",
            state == "degraded" ? new ConditionView(true, "DriftedNode", "A node has drifted.") : null, 3, state == "updating" ? 1 : 3, 3, text.Split(':').ElementAtOrDefault(2) ?? "");
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string[] Listed(ScenarioLine line, string setting) => line.Text(setting).Split(',', StringSplitOptions.RemoveEmptyEntries);

    private NodeReport Report(ScenarioLine line)
    {
        var node = line.Words[0];
        var report = _reports.GetValueOrDefault(node) ?? new NodeReport
        {
            Node = node,
            Self = new Peer(node, $"akka.ssl.tcp://handcarry@{node}:9240", $"https://{node}:9241/"),
            Stage = Stage.Waiting,
            FreeForBlobs = 100_000_000_000,
            FreeForStore = 100_000_000_000,
            OneFileSystem = true,
        };
        if (line.Has("medium"))
            report = report with { Media = [.. line.Text("medium").Split(',').Where(m => m != "none").Select(m => Medium(m, line))] };
        if (line.Has("bundle"))
            report = report with { Commitment = line.Text("bundle") == "none" ? "" : Bundles.Commitment(line.Text("bundle")) };
        if (line.Has("stage"))
            report = report with { Stage = Enum.Parse<Stage>(line.Text("stage")) };
        report = report with
        {
            Epoch = line.Number("epoch", report.Epoch),
            BytesHeld = line.Number("held", report.BytesHeld),
            Extracted = line.Yes("extracted", report.Extracted || report.Stage is Stage.Ready or Stage.Upgraded),
            LetGo = line.Yes("let-go", report.LetGo),
            ImagesLoaded = (int)line.Number("images", report.ImagesLoaded),
            FreeForBlobs = line.Number("free", report.FreeForBlobs),
            Reason = line.Text("reason", report.Reason),
            RoomUnknown = line.Has("unknown") ? line.Text("unknown") is { Length: > 0 } why ? new Remark(why, "Nobody answers.") : null : report.RoomUnknown,
            RuntimeFault = line.Text("runtime-fault", report.RuntimeFault),
            Serving = line.Has("serves") ? Serving(line.Text("serves"), line.Text("unserved", "")) : report.Serving,
            Self = report.Self with { Incarnation = line.Number("incarnation", report.Self.Incarnation) },
            Link = line.Has("speed") ? new LinkReport(line.Text("speed").Split(':')[0], long.Parse(line.Text("speed").Split(':')[1], CultureInfo.InvariantCulture), true) : report.Link,
            Yield = line.Has("yields") ? line.Number("yields") is > 0 and var rate ? new YieldReport(rate, "I/O pressure 45 %") : null : report.Yield,
            Complaints = line.Has("refuses") ? [.. line.Text("refuses").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Complaint)] : report.Complaints,
        };
        return _reports[node] = report;
    }

    // serves=none is an agent that has not asked yet, serves=old one that never does.
    private static ServingReport? Serving(string bundle, string fault) => bundle switch
    {
        "old" => null,
        "none" => new ServingReport(),
        _ => new ServingReport { Commitment = Bundles.Commitment(bundle), Fault = fault },
    };

    // n1:3 are three blobs of n1 that were wrong.
    private static HolderComplaint Complaint(string text)
    {
        var parts = text.Split(':');
        return new HolderComplaint(parts[0], 0, int.Parse(parts[1], CultureInfo.InvariantCulture), Reasons.DigestMismatch, $"What {parts[0]} sent was refused.");
    }

    // B@usb1 is bundle B on medium usb1; a reason after it says that it was found to be bad.
    private static MediumReport Medium(string text, ScenarioLine line)
    {
        var at = text.Split('@');
        var bundle = at[0] == "?" ? null : Bundles.Facts(at[0]) with { FileDigest = line.Has("file") ? Bundles.Commitment(line.Text("file")) : "" };
        return new MediumReport(at[1], $"/dev/{at[1]}", bundle, line.Text("bad"), line.Has("bad") ? line.Text("because", "because.") : "")
        {
            Pace = line.Has("pace") ? new MediumPace(line.Number("pace"), line.Number("left"), line.Yes("slow", false)) : null,
        };
    }

    private static BundleView View(string letter, string source)
    {
        var f = Bundles.Facts(letter);
        return new BundleView(f.Commitment, f.InventorySize, f.Version, f.Arch, f.Release, f.Size, f.UnpackedSize, f.Images, source);
    }

    private static string Describe(SupervisorEffect effect) => effect switch
    {
        SupervisorEffect.WriteStatus e => $"write {e.Status.Phase} epoch={e.Status.Epoch}{(e.Urgent ? "" : " (may wait)")}",
        SupervisorEffect.Record e => $"event {(e.Event.Warning ? "Warning" : "Normal")} {e.Event.Reason}: {e.Event.Message}",
        SupervisorEffect.SendPlan e => $"plan {e.Node} epoch={e.Plan.Epoch} {(e.Plan.MediumId.Length > 0 ? $"reads {e.Plan.MediumId}" : e.Plan.From is { } from ? $"draws from {from.Node}" : "waits")}{(e.Plan.BytesPerSecond > 0 ? $" at {e.Plan.BytesPerSecond} B/s" : "")}",
        SupervisorEffect.SendStop e => $"stop {e.Node} epoch={e.Stop.Epoch} {e.Stop.Reason}",
        SupervisorEffect.SendTakeDigest e => $"take digest {e.Node} {e.Order.MediumId}",
        SupervisorEffect.SendFinish e => $"finish {e.Node} {e.Finish.Version}{(e.Finish.LetGo ? ", and let go" : "")}",
        SupervisorEffect.PauseUpkeep e => $"pause upkeep at {e.Nodes} nodes",
        SupervisorEffect.ResumeUpkeep => "resume upkeep",
        SupervisorEffect.ReadWorkloads => "look at what runs in the cluster",
        SupervisorEffect.VerifyRelease e => $"verify {e.Bundle.Release}",
        SupervisorEffect.WithdrawUpgrade e => $"withdraw {e.Bundle.Release}",
        SupervisorEffect.Prepare e => $"prepare {string.Join(" ", e.Nodes)} for {e.Bundle.Release}",
        SupervisorEffect.KeepPins e => $"keep pins of {e.Commitment} alone",
        SupervisorEffect.DropPins e => $"drop pins of {e.Commitment}",
        SupervisorEffect.RenewAgents { Bundle: null } => "look at the agents",
        SupervisorEffect.RenewAgents { Bundle.Vouched: false } e => $"look at the agents, for which {e.Bundle.Version} is not vouched",
        SupervisorEffect.RenewAgents e => $"{(e.Back ? "set agents back that are not ready" : "renew the agents")} with {e.Bundle.Version}",
        SupervisorEffect.AskUpgrade e => $"ask for {e.Bundle.Release}",
        _ => effect.ToString(),
    };
}
