using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;
using Handcarry.Agent.Telemetry;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Twins;

namespace Handcarry.Agent.Tests.Telemetry;

/// <summary>The numbers of an agent that has something to tell under every name.</summary>
internal sealed class AFullAgent : IDisposable
{
    private readonly AgentMetrics _metrics;

    public AFullAgent()
    {
        Site = new SiteBoard(Time);
        var from = new MetricSources("node-1", new NodeTally(Time), Transfers, new ApiTally(Time), Site, Time);
        from.Api.Answered(HttpMethod.Get, "/api/v1/nodes", 200);
        var facts = new BundleFacts("sha256:aa", 1, "4.12.1", "x86_64", "release", 1000, 2000, 3);
        from.Tally.Note(NodeState.Initial, NodeState.Initial with { Work = new NodeWork { Bundle = facts, Generation = "g" } }, new NodeEvent.Recovered());
        from.Tally.Note(Report(facts));
        Hear("node-1", acting: true);
        _metrics = new AgentMetrics(from);
    }

    public ManualTime Time { get; } = new();

    public TransferCounters Transfers { get; } = new();

    public SiteBoard Site { get; }

    public string Text => _metrics.Text.Write();

    /// <summary>The values by name with labels.</summary>
    public IReadOnlyDictionary<string, string> Samples => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => line[(line.LastIndexOf(' ') + 1)..], StringComparer.Ordinal);

    /// <summary>The names.</summary>
    public IReadOnlySet<string> Names => Samples.Keys.Select(name => name.Split('{')[0]).ToHashSet(StringComparer.Ordinal);

    public void Hear(string supervisor, bool acting) => Site.Hear(new SiteSummary
    {
        Supervisor = supervisor,
        Acting = acting,
        Phase = Phase.Carrying,
        Reason = "A \"quoted\" \\ reason\n",
        Nodes = 3,
    });

    public void Dispose() => _metrics.Dispose();

    private static NodeReport Report(BundleFacts facts) => new()
    {
        Node = "node-1",
        Self = new Peer("node-1", "akka", "https://node-1", 1),
        Stage = Stage.Receiving,
        Reason = Reasons.NoSpace,
        FreeForBlobs = 5,
        FreeForStore = 6,
        Media = [new MediumReport("usb", "a stick", facts) { Pace = new MediumPace(30, 4, true) }],
        Link = new LinkReport("node-2", 20, true),
        Yield = new YieldReport(10, "I/O pressure 45 %"),
        MediumBytes = 77,
    };
}
