using System.Diagnostics.Metrics;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;

namespace Handcarry.Agent.Telemetry;

/// <summary>
/// What is told of the whole site, by the agent that hosts the supervisor alone: so each fact has one series, and one that a deposed supervisor's node still
/// remembers is not told (docs/metrics.md, "Of the site").
/// </summary>
internal static class SiteMetrics
{
    /// <summary>The supervisor tells its own node every ten seconds at least; one that has been silent for longer than two such times is not believed.</summary>
    public static readonly TimeSpan Believed = TimeSpan.FromSeconds(25);

    public static void AddTo(Meter meter, MetricSources from)
    {
        meter.CreateObservableGauge("handcarry_supervisor_acting", () => Hosted(from) is { Acting: true } ? 1L : 0, null, "1 on the node whose agent hosts the supervisor while it holds the lease, 0 on the others.");
        meter.CreateObservableGauge("handcarry_supervisor_heard_age_seconds", () => NodeMetrics.Since(from.Site.Age), "s", "How long ago this agent heard of the supervisor; absent until it has.");

        meter.CreateObservableGauge("handcarry_upgrade_phase", () => Hosted(from) is { } site ? NodeMetrics.OneOf("phase", site.Phase) : [], null, "1 for the phase the upgrade is in, 0 for the others. Supervisor's node only.");
        meter.CreateObservableGauge(
            "handcarry_upgrade_info",
            () => Only(from, site => NodeMetrics.Value(1, ("phase", site.Phase.ToString()), ("reason", site.Reason), ("version", site.BundleVersion), ("commitment", site.Commitment), ("cluster_version", site.ClusterVersion))),
            null,
            "1 under what the upgrade is about. Supervisor's node only.");
        meter.CreateObservableGauge("handcarry_upgrade_bundle_size_bytes", () => Number(from, site => site.BundleSize), "By", "Bytes of all blobs of the bundle. Supervisor's node only.");
        meter.CreateObservableGauge("handcarry_upgrade_held_bytes", () => Number(from, site => site.BytesHeld), "By", "Bytes of the bundle that all nodes together hold. Supervisor's node only.");
        meter.CreateObservableGauge("handcarry_upgrade_nodes", () => Number(from, site => site.Nodes), null, "Nodes that have to have the bundle. Supervisor's node only.");
        meter.CreateObservableGauge("handcarry_upgrade_nodes_extracted", () => Number(from, site => site.NodesExtracted), null, "Nodes that have all blobs of the bundle. Supervisor's node only.");
        meter.CreateObservableGauge("handcarry_upgrade_nodes_ready", () => Number(from, site => site.NodesReady), null, "Nodes that have all images of the bundle loaded and pinned. Supervisor's node only.");
        meter.CreateObservableGauge("handcarry_upgrade_medium_needed", () => Number(from, site => site.MediumNeeded ? 1 : 0), null, "1 while a medium must stay where it is. Supervisor's node only.");
    }

    private static IEnumerable<Measurement<long>> Number(MetricSources from, Func<SiteSummary, long> number) => Only(from, site => new Measurement<long>(number(site)));

    private static IEnumerable<Measurement<long>> Only(MetricSources from, Func<SiteSummary, Measurement<long>> fact) => Hosted(from) is { } site ? [fact(site)] : [];

    private static SiteSummary? Hosted(MetricSources from) =>
        from.Site.Summary is { } site && site.Supervisor == from.Node && from.Site.Age < Believed ? site : null;
}
