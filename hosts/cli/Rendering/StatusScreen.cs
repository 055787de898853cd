using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Site;

namespace Handcarry.Cli.Rendering;

/// <summary>What one screen says of the upgrade, whatever draws it.</summary>
/// <param name="Facts">Label and text, top down.</param>
/// <param name="Columns">Heads of the table of nodes.</param>
/// <param name="Rows">A row for each node, by name.</param>
internal sealed record StatusScreen(
    IReadOnlyList<(string Label, string Text)> Facts,
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const string Nothing = "-";

    /// <summary>The screen of an answer, with its age where the supervisor is away.</summary>
    public static StatusScreen Of(ClientReply answer)
    {
        var screen = Of(answer.Status!);
        return answer.AgeSeconds == 0
            ? screen
            : screen with { Facts = [.. screen.Facts, ("Age", $"{answer.AgeSeconds} s: the supervisor is away, and this is what the agent of {answer.Node} last heard")] };
    }

    /// <summary>The screen of a status.</summary>
    public static StatusScreen Of(StatusReply reply)
    {
        var status = reply.Status;
        var facts = new List<(string, string)>();
        if (reply.Summary is { } summary && SiteLine.Of(summary) is { Length: > 0 } line)
            facts.Add(("Now", line));
        facts.AddRange(
        [
            ("Phase", status.Reason.Length == 0 ? status.Phase.ToString() : $"{status.Phase} ({status.Reason})"),
            ("Version", Version(reply)),
        ]);
        if (status.Message.Length > 0)
            facts.Add(("Message", status.Message));
        if (status.Bundle is { } bundle)
            facts.Add(("Bundle", $"{HumanBytes.Of(bundle.Size)}, {bundle.Images} images, {ShortDigest(bundle.Commitment)}, from {bundle.Source}"));
        facts.Add(("Supervisor", reply.Acting ? reply.Supervisor : $"{reply.Supervisor} (waits for its lease and decides nothing)"));
        return new StatusScreen(facts, ["NODE", "STAGE", "HOLDS", "IMAGES", "MEDIA", "REASON"], [.. Nodes(reply).Select(node => Row(node, status.Bundle))]);
    }

    /// <summary>Every node of the status or with a report, the newer fact first.</summary>
    internal static IEnumerable<(string Name, NodeView? View, NodeReport? Report)> Nodes(StatusReply reply)
    {
        var views = reply.Status.Nodes.ToDictionary(view => view.Name, StringComparer.Ordinal);
        var reports = reply.Reports.ToDictionary(report => report.Node, StringComparer.Ordinal);
        return views.Keys.Union(reports.Keys).Order(StringComparer.Ordinal).Select(name => (name, views.GetValueOrDefault(name), reports.GetValueOrDefault(name)));
    }

    /// <summary>What a node holds of the bundle: bytes and, of a known bundle, the share.</summary>
    internal static (long Bytes, int Images) Held(NodeView? view, NodeReport? report, BundleView? bundle) =>
        report is not null && (bundle is null || report.Commitment == bundle.Commitment)
            ? (report.BytesHeld, report.ImagesLoaded)
            : (view?.BytesHeld ?? 0, view?.ImagesLoaded ?? 0);

    private static string[] Row((string Name, NodeView? View, NodeReport? Report) node, BundleView? bundle)
    {
        var (name, view, report) = node;
        var (bytes, images) = Held(view, report, bundle);
        var (word, sentence) = view is { Reason.Length: > 0 } ? (view.Reason, view.Message) : (report?.Reason ?? "", report?.Message ?? "");
        string[] reasons = [report is null ? "no report of its agent" : "", word.Length > 0 && sentence.Length > 0 ? $"{word}: {sentence}" : word];
        return
        [
            name,
            (report?.Stage ?? view!.Stage).ToString(),
            Share(bytes, bundle),
            bundle is null ? images.ToString() : $"{images}/{bundle.Images}",
            report is { Media.Count: > 0 } ? string.Join(", ", report.Media.Select(Medium)) : Nothing,
            reasons.All(text => text.Length == 0) ? Nothing : string.Join("; ", reasons.Where(text => text.Length > 0)),
        ];
    }

    private static string Share(long bytes, BundleView? bundle)
    {
        if (bundle is null || bundle.Size == 0)
            return bytes == 0 ? Nothing : HumanBytes.Of(bytes);

        // 100 % is said only of all of it.
        var percent = bytes >= bundle.Size ? 100 : Math.Min(99, bytes * 100.0 / bundle.Size);
        return $"{HumanBytes.Of(bytes)} {percent:0}%";
    }

    private static string Medium(MediumReport medium) => (medium.Bundle, medium.Reason) switch
    {
        (_, { Length: > 0 } reason) => $"{medium.Name} ({reason})",
        ({ } bundle, _) => $"{medium.Name} ({bundle.Version} {bundle.Arch}{(medium.Pace is { } pace ? $", read at {pace}" : "")})",
        _ => medium.Name,
    };

    private static string Version(StatusReply reply)
    {
        var now = reply.ClusterVersion.Length == 0 ? "unknown" : reply.ClusterVersion;
        return reply.Status.Bundle is { } bundle && bundle.Version != reply.ClusterVersion ? $"{now} -> {bundle.Version} ({bundle.Arch})" : now;
    }

    internal static string ShortDigest(string digest) => digest.Length > 19 ? digest[..19] : digest;
}
