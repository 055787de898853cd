using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using static Handcarry.Hosts.OpenShift.Upgrades.BundleUpgrade;

namespace Handcarry.Hosts.OpenShift.Upgrades;

/// <summary>Between <see cref="UpgradeStatus"/> and the status of the API object.</summary>
internal static class StatusMapping
{
    private const string Extracted = "Extracted";
    private const string Loaded = "Loaded";

    /// <summary>The status as the object carries it. Times of <paramref name="before"/> stay where nothing has changed.</summary>
    public static StatusPart ToObject(UpgradeStatus status, StatusPart? before, DateTimeOffset now)
    {
        var time = new DateTime(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        var nodesBefore = (before?.Nodes ?? []).Where(n => n.Name is not null).ToLookup(n => n.Name!, StringComparer.Ordinal);
        var limit = StatusLimits.NodeMessageAmong(status.Nodes.Count);
        var nodes = status.Nodes.Take(StatusLimits.Nodes).Select(n => Node(n, nodesBefore[n.Name].FirstOrDefault(), time, limit)).ToList();
        var sameBundle = before?.Bundle is { } earlier && status.Bundle is { } present && earlier.Commitment == StatusLimits.Cut(present.Commitment, StatusLimits.Digest);
        var started = status.Bundle is null ? null : sameBundle ? before!.StartedTime ?? time : (DateTime?)time;
        var part = new StatusPart
        {
            Phase = status.Phase.ToString(),
            Reason = StatusLimits.Cut(status.Reason, StatusLimits.Reason),
            Message = StatusLimits.Cut(status.Message, StatusLimits.Message),
            Bundle = status.Bundle is { } bundle ? Bundle(bundle) : null,
            Epoch = status.Epoch,
            NodesReady = $"{status.Nodes.Count(n => n.Stage >= Stage.Ready)}/{status.Nodes.Count}",
            Nodes = nodes,
            Findings = status.Findings.Count == 0 ? null : Findings(status.Findings),
            FindingsTotal = Math.Max(status.FindingsTotal, 0),
            StartedTime = started,
            Conditions = StatusConditions.Of(status, before?.Conditions, time),
            History = StatusHistory.After(status, before, started, time),
            ObservedGeneration = status.ObservedGeneration,
            Others = before?.Others,
        };
        return part with { LastUpdateTime = before is not null && SameContent(FromObject(before), FromObject(part)) ? before.LastUpdateTime : time };
    }

    /// <summary>The status an object carries, null when it carries none. Throws <see cref="FormatException"/> for words of a newer version.</summary>
    public static UpgradeStatus? FromObject(StatusPart? part) => string.IsNullOrEmpty(part?.Phase)
        ? null
        : new UpgradeStatus
        {
            Phase = Word<Phase>(part.Phase, "phase"),
            Reason = part.Reason ?? "",
            Message = part.Message ?? "",
            Bundle = part.Bundle is { } bundle ? View(bundle) : null,
            Epoch = part.Epoch,
            Nodes = [.. (part.Nodes ?? []).Select(View)],
            Findings = [.. (part.Findings ?? []).Select(View)],
            FindingsTotal = part.FindingsTotal,
            ObservedGeneration = part.ObservedGeneration,
        };

    private static bool SameContent(UpgradeStatus? a, UpgradeStatus? b) =>
        a is not null && b is not null && a.Nodes.SequenceEqual(b.Nodes) && a.Findings.SequenceEqual(b.Findings)
        && a with { Nodes = [], Findings = [] } == b with { Nodes = [], Findings = [] };

    private static BundlePart Bundle(BundleView view) => new()
    {
        Commitment = StatusLimits.Cut(view.Commitment, StatusLimits.Digest),
        InventorySize = view.InventorySize,
        Version = StatusLimits.Cut(view.Version, StatusLimits.Version),
        Arch = StatusLimits.Cut(view.Arch, StatusLimits.Arch),
        Release = StatusLimits.Cut(view.Release, StatusLimits.Release),
        Size = view.Size,
        UnpackedSize = view.UnpackedSize,
        Images = view.Images,
        Source = StatusLimits.Cut(view.Source, StatusLimits.Name),
        Vouched = view.Vouched ? true : null,
    };

    private static BundleView View(BundlePart part) => new(
        part.Commitment ?? "",
        part.InventorySize,
        part.Version ?? "",
        part.Arch ?? "",
        part.Release ?? "",
        part.Size,
        part.UnpackedSize,
        part.Images,
        part.Source ?? "") { Vouched = part.Vouched == true };

    private static List<FindingPart> Findings(IReadOnlyList<Finding> findings)
    {
        var limit = StatusLimits.FindingMessageAmong(Math.Min(findings.Count, StatusLimits.Findings));
        return
        [
            .. findings.Take(StatusLimits.Findings).Select(finding => new FindingPart
            {
                Severity = finding.Severity.ToString(),
                Reason = StatusLimits.Cut(finding.Reason, StatusLimits.Reason),
                Subject = OrNothing(StatusLimits.Cut(finding.Subject, StatusLimits.Subject)),
                Message = StatusLimits.Cut(finding.Sentence, limit),
            }),
        ];
    }

    private static Finding View(FindingPart part) =>
        new(part.Reason ?? "", part.Message ?? "", "", Word<Severity>(part.Severity ?? nameof(Severity.Warning), "severity")) { Subject = part.Subject ?? "" };

    private static NodePart Node(NodeView view, NodePart? before, DateTime time, int messageLimit) => new()
    {
        Name = StatusLimits.Cut(view.Name, StatusLimits.Name),
        Stage = view.Stage.ToString(),
        BytesHeld = view.BytesHeld,
        ImagesLoaded = view.ImagesLoaded,
        Reason = OrNothing(StatusLimits.Cut(view.Reason, StatusLimits.Reason)),
        Message = OrNothing(StatusLimits.Cut(view.Message, messageLimit)),
        Conditions = [Condition(Extracted, view.Extracted, before, time), Condition(Loaded, view.Loaded, before, time)],
    };

    private static NodeView View(NodePart part) => new(
        part.Name ?? "",
        Word<Stage>(part.Stage ?? nameof(Stage.Waiting), "stage"),
        part.BytesHeld,
        part.ImagesLoaded,
        IsTrue(part, Extracted),
        IsTrue(part, Loaded),
        part.Reason ?? "",
        part.Message ?? "");

    private static ConditionPart Condition(string type, bool isTrue, NodePart? before, DateTime time)
    {
        var status = isTrue ? "True" : "False";
        var earlier = before?.Conditions?.FirstOrDefault(c => c.Type == type);
        return new ConditionPart
        {
            Type = type,
            Status = status,
            Reason = isTrue ? "Complete" : "Incomplete",
            LastTransitionTime = earlier?.Status == status ? earlier.LastTransitionTime ?? time : time,
        };
    }

    // With hundreds of nodes, what is empty counts.
    private static string? OrNothing(string text) => text.Length == 0 ? null : text;

    private static bool IsTrue(NodePart part, string type) =>
        part.Conditions?.Any(c => c.Type == type && c.Status == "True") is true;

    private static T Word<T>(string word, string field) where T : struct, Enum =>
        Enum.TryParse<T>(word, out var value) && Enum.IsDefined(value) && char.IsLetter(word[0])
            ? value
            : throw new FormatException($"BundleUpgrade/cluster has the {field} \"{word}\", which this version does not know: a newer version wrote it.");
}
