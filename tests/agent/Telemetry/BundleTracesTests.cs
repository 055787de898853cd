using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;
using Handcarry.Agent.Telemetry;
using Handcarry.Twins;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Agent.Tests.Telemetry;

[Collection(nameof(BundleTracesTests))]
public sealed class BundleTracesTests : IDisposable
{
    private const string Bundle = "sha256:bb", Next = "sha256:cc";

    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private readonly SiteBoard _site = new(new ManualTime());

    public BundleTracesTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == BundleTraces.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Each_stage_of_a_node_is_a_span_of_the_bundles_trace_with_what_it_did()
    {
        using var traces = new BundleTraces(_site, "node-1");
        _site.Report(Report(Stage.Waiting) with { Commitment = "" });
        _site.Report(Report(Stage.Receiving));
        _site.Report(Report(Stage.Receiving) with { BytesHeld = 10, DrawnBytes = 7 });
        _site.Report(Report(Stage.Loading) with { BytesHeld = 20, DrawnBytes = 9 });
        _site.Report(Report(Stage.Ready));
        _site.Report(Report(Stage.Upgraded));

        Assert.Equal(["node Receiving", "node Loading", "node Ready"], _ended.Select(span => span.OperationName));
        Assert.All(_ended, span => Assert.Equal((BundleTraces.ContextOf(Bundle).TraceId, BundleTraces.ContextOf(Bundle).SpanId), (span.TraceId, span.ParentSpanId)));
        var first = _ended.First();
        Assert.Equal(("node-1", Bundle, 20L, 9L), (first.GetTagItem("handcarry.node"), first.GetTagItem("handcarry.bundle"), first.GetTagItem("handcarry.bytes_held"), first.GetTagItem("handcarry.bytes_drawn")));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public void What_goes_wrong_is_an_event_of_the_stage_told_once_and_another_bundle_is_another_trace()
    {
        using var traces = new BundleTraces(_site, "node-1");
        _site.Report(Report(Stage.Loading));
        for (var i = 0; i < 3; i++)
            _site.Report(Report(Stage.Loading) with { Reason = "NoSpace", Message = $"{i} MB too little." });
        _site.Report(Report(Stage.Receiving) with { Commitment = Next });
        var span = Assert.Single(_ended);
        Assert.Equal(("NoSpace", ActivityStatusCode.Error), (Assert.Single(span.Events).Name, span.Status));
        Assert.NotEqual(BundleTraces.ContextOf(Bundle).TraceId, BundleTraces.ContextOf(Next).TraceId);
    }

    [Fact]
    public void Phases_are_spans_of_the_supervisors_node_alone_and_a_result_is_told_at_once()
    {
        using var here = new BundleTraces(_site, "node-1");
        using var elsewhere = new BundleTraces(_site, "node-2");
        foreach (var phase in new[] { Phase.Judging, Phase.Judging, Phase.Carrying, Phase.Upgrading, Phase.Completed, Phase.Completed })
            _site.Hear(Summary(phase));
        Assert.Equal(["site Judging", "site Carrying", "site Upgrading", "site Completed"], _ended.Select(span => span.OperationName));
        Assert.All(_ended, span => Assert.Equal("node-1", span.GetTagItem("handcarry.node")));
    }

    [Fact]
    public void A_supervisor_that_moves_ends_its_span_here_and_begins_another_there()
    {
        using var here = new BundleTraces(_site, "node-1");
        using var elsewhere = new BundleTraces(_site, "node-2");
        _site.Hear(Summary(Phase.Carrying));
        _site.Hear(Summary(Phase.Carrying) with { Supervisor = "node-2" });
        _site.Hear(Summary(Phase.Upgrading) with { Supervisor = "node-2" });
        Assert.Equal([("site Carrying", "node-1"), ("site Carrying", "node-2")], _ended.Select(span => (span.OperationName, (string)span.GetTagItem("handcarry.node")!)));
    }

    [Fact]
    public async Task Spans_of_two_nodes_come_to_a_collector_as_one_trace()
    {
        var bodies = new ConcurrentQueue<(string Path, string Type, byte[] Body)>();
        await using var collector = await CollectorAsync(bodies);
        var endpoint = new Uri($"{collector.Urls.Single()}/v1/traces");
        foreach (var node in new[] { "node-1", "node-2" })
        {
            var site = new SiteBoard(new ManualTime());
            using (new TraceExport(endpoint, node, site))
                site.Report(Report(Stage.Loading));
        }

        Assert.All(bodies, body => Assert.Equal(("/v1/traces", "application/x-protobuf"), (body.Path, body.Type)));
        var all = bodies.Select(body => body.Body).ToList();
        foreach (var node in new[] { "node-1", "node-2" })
        {
            var trace = Convert.FromHexString(BundleTraces.ContextOf(Bundle).TraceId.ToHexString());
            Assert.Contains(all, body => Has(body, trace) && Has(body, Encoding.UTF8.GetBytes(node)) && Has(body, "node Loading"u8) && Has(body, "handcarry-agent"u8));
        }
    }

    private static bool Has(byte[] body, ReadOnlySpan<byte> part) => body.AsSpan().IndexOf(part) >= 0;

    private static async Task<WebApplication> CollectorAsync(ConcurrentQueue<(string, string, byte[])> bodies)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            bodies.Enqueue((context.Request.Path.Value ?? "", context.Request.ContentType ?? "", body.ToArray()));
        });
        await collector.StartAsync();
        return collector;
    }

    private static NodeReport Report(Stage stage) => new() { Node = "node-1", Self = new Peer("node-1", "akka", "https://node-1", 1), Stage = stage, Commitment = Bundle };

    private static SiteSummary Summary(Phase phase) => new() { Supervisor = "node-1", Acting = true, Phase = phase, Commitment = Bundle, BundleVersion = "4.17.12" };
}

/// <summary>Runs alone: activities of all sources of a name are heard by all who listen.</summary>
[CollectionDefinition(nameof(BundleTracesTests), DisableParallelization = true)]
public sealed class BundleTracesTogether;
