using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Tests.Samples;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Streams.Replication;
using Handcarry.Streams.Tests.Content;
using Handcarry.Streams.Tests.Registry;
using Handcarry.Twins;
using Handcarry.Twins.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Actors.Tests.Node;

/// <summary>An agent that draws over real data planes.</summary>
public sealed class DrawingAgentTests : TestKit
{
    private static readonly Config Config = ConfigurationFactory.ParseString(
        """
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        akka.log-dead-letters = off
        """);

    private readonly TestAuthority _authority = new();
    private readonly List<IDisposable> _toDispose = [];
    private readonly TestProbe _supervisor;

    public DrawingAgentTests()
        : base(Config) => _supervisor = CreateTestProbe("supervisor");

    protected override void AfterAll()
    {
        base.AfterAll();
        _toDispose.Reverse<IDisposable>().ToList().ForEach(d => d.Dispose());
    }

    [Fact]
    public async Task What_a_holder_sends_wrong_comes_from_another_and_the_holder_is_named()
    {
        var (facts, bundle) = await ABundle.WriteAsync();
        var (spoiled, whole) = (Store(), Store());
        await ABundle.StoreAsync(bundle, spoiled);
        await ABundle.StoreAsync(bundle, whole);
        Spoil(spoiled, facts);
        await using var n1 = await ServeAsync("n1", spoiled, new TransferCounters());
        await using var n0 = await ServeAsync("n0", whole, new TransferCounters());

        var address = await OfferAllAsync(whole, facts);
        var agent = Start(Store());
        agent.Tell(
            new CarryPlan(1, facts, "", new Peer("n1", address, n1.Endpoint.ToString(), 11), new Peer("n0", address, n0.Endpoint.ToString(), 12)), _supervisor.Ref);

        var report = await ReportAsync(r => r.Complaints is [{ Times: >= 3 }]);
        Assert.Equal(("n1", 11L, Reasons.DigestMismatch), (report.Complaints[0].Holder, report.Complaints[0].Incarnation, report.Complaints[0].Reason));
        Assert.Contains("n1", report.Complaints[0].Message, StringComparison.Ordinal);
        Assert.Contains("sha256:", report.Complaints[0].Message, StringComparison.Ordinal);
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal(facts.Size, ready.BytesHeld);
        Assert.Empty(ready.Reason);
    }

    [Fact]
    public async Task What_is_here_from_an_earlier_bundle_is_not_sent_again()
    {
        var (facts, bundle) = await ABundle.WriteAsync();
        var (whole, here, counters) = (Store(), Store(), new TransferCounters());
        await ABundle.StoreAsync(bundle, whole);
        // Another bundle has left its largest blob here: it was stored under its digest, and is known by nothing else.
        var (kept, size) = whole.Enumerate().Where(b => b.Key.ToString() != facts.Commitment).MaxBy(b => b.Value);
        await Blobs.StoreAsync(here, await whole.ReadAllAsync(kept, size, default));
        await using var n1 = await ServeAsync("n1", whole, counters);

        var address = await OfferAllAsync(whole, facts);
        Start(here).Tell(new CarryPlan(1, facts, "", new Peer("n1", address, n1.Endpoint.ToString())), _supervisor.Ref);
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal(facts.Size, ready.BytesHeld);
        Assert.Equal(facts.InventorySize + facts.Size - size, ready.DrawnBytes);
        await AwaitConditionAsync(() => Task.FromResult(counters.BytesSent == ready.DrawnBytes), Eventually.Deadline);
    }

    [Fact]
    public async Task A_node_keeps_to_its_share_of_the_sites_limit_until_a_new_plan_changes_it()
    {
        var (facts, bundle) = await ABundle.WriteAsync();
        var (whole, limit) = (Store(), new RateLimit(TimeProvider.System));
        await ABundle.StoreAsync(bundle, whole);
        await using var n1 = await ServeAsync("n1", whole, new TransferCounters());

        var address = await OfferAllAsync(whole, facts);
        var agent = Start(Store(), limit);
        var plan = new CarryPlan(1, facts, "", new Peer("n1", address, n1.Endpoint.ToString()), null, 1);
        agent.Tell(plan, _supervisor.Ref);
        // At one byte a second the inventory alone takes longer than anybody waits here.
        await AwaitConditionAsync(() => Task.FromResult(limit.Waits > 0), Eventually.Deadline);

        agent.Tell(plan with { Epoch = 2, BytesPerSecond = 0 }, _supervisor.Ref);
        Assert.Equal(facts.Size, (await ReportAsync(r => r.Stage == Stage.Ready)).BytesHeld);
        Assert.Equal(0, limit.Rate);
    }

    [Fact]
    public async Task A_node_that_suffers_carries_less_says_why_and_carries_as_before_when_it_does_well()
    {
        var (facts, bundle) = await ABundle.WriteAsync();
        var (whole, limit, pressure) = (Store(), new RateLimit(TimeProvider.System), new InMemoryNodePressure { Facts = new PressureFacts(45, 0, 0) });
        await ABundle.StoreAsync(bundle, whole);
        await using var n1 = await ServeAsync("n1", whole, new TransferCounters());

        var address = await OfferAllAsync(whole, facts);
        // So slow that it is looked at meanwhile.
        limit.BytesPerSecond = 100_000;
        Start(Store(), limit, pressure).Tell(new CarryPlan(1, facts, "", new Peer("n1", address, n1.Endpoint.ToString())), _supervisor.Ref);
        var slower = await ReportAsync(r => r.Yield is not null);
        Assert.Equal((new YieldReport(50_000_000, "I/O pressure 45 %"), 50_000_000L), (slower.Yield, limit.Spare));
        Assert.Equal((Reasons.Yielding, "Carrying slower on n2, at 50.0 MB/s: I/O pressure 45 %."), (slower.Reason, slower.Message));

        pressure.Facts = PressureFacts.None;
        limit.BytesPerSecond = 0;
        var ready = await ReportAsync(r => r is { Stage: Stage.Ready, Yield: null });
        Assert.Equal((facts.Size, "", 0L), (ready.BytesHeld, ready.Reason, limit.Spare));

        // Nobody asks any more once all is here.
        var looks = pressure.Looks;
        await ReportAsync(_ => true);
        await ReportAsync(_ => true);
        await ReportAsync(_ => true);
        Assert.Equal(looks, pressure.Looks);
    }

    private static void Spoil(BlobStore store, BundleFacts facts)
    {
        foreach (var (digest, _) in store.Enumerate().Where(b => b.Key.ToString() != facts.Commitment))
        {
            using var file = File.Open(Path.Combine(store.BlobsPath, "sha256", digest.Hex), FileMode.Open);
            var first = file.ReadByte();
            file.Position = 0;
            file.WriteByte((byte)(first ^ 1));
        }
    }

    private static Task<BundleInventory> Inventory(BlobStore store, BundleFacts facts) =>
        InventoryFile.ReadAsync(store, Digest.Parse(facts.Commitment), new BundleLimits(), default).AsTask();

    /// <summary>Makes this system the holders' as well: they have all blobs. Returns its address.</summary>
    private async Task<string> OfferAllAsync(BlobStore whole, BundleFacts facts)
    {
        var self = Akka.Cluster.Cluster.Get(Sys);
        await self.JoinAsync(self.SelfAddress);
        var blobs = (await Inventory(whole, facts)).Blobs.Count;
        Sys.ActorOf(Props.Create(() => new Holders(facts.Commitment, BlobSet.All(blobs).ToString())), NodeAgent.Name);
        return self.SelfAddress.ToString();
    }

    private Task<DataPlaneServer> ServeAsync(string node, BlobStore store, TransferCounters counters) => DataPlaneServer.StartAsync(
        new DataPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, _authority.Identity(node), store, new RegistryIndex(), null, counters, NullLoggerFactory.Instance, default);

    private BlobStore Store()
    {
        var folder = Own(new TemporaryFolder());
        return Own(BlobStore.Open(folder.Path));
    }

    private IActorRef Start(BlobStore blobs, RateLimit? limit = null, INodePressure? pressure = null)
    {
        var counters = new TransferCounters();
        var http = Own(PeerClient.Create(_authority.Identity("n2")));
        var ports = new NodePorts(
            new InMemoryMediaSource(),
            new InMemoryImageStore(),
            blobs,
            new BlobDraw(blobs, http, new DrawOptions(), counters, TimeProvider.System, limit: limit),
            new DrawOptions(),
            new BundleLimits(),
            counters,
            _ => ValueTask.FromResult(new SpaceFacts(1L << 40, 1L << 40, true)),
            TimeProvider.System)
        {
            Pressure = pressure,
            Yield = new YieldLimits { Floor = 50_000_000 },
            Sealed = new InMemorySealedStores(new InMemoryImageStore()),
        };
        var supervisor = _supervisor.Ref;
        return Sys.ActorOf(Props.Create(() => new NodeAgent("n2", new Uri("https://127.0.0.1:1/"), ports, supervisor)), "drawing");
    }

    private T Own<T>(T disposable)
        where T : IDisposable
    {
        _toDispose.Add(disposable);
        return disposable;
    }

    private async Task<NodeReport> ReportAsync(Predicate<NodeReport> wanted) =>
        (NodeReport)await _supervisor.FishForMessageAsync(m => m is NodeReport report && wanted(report), Eventually.Deadline);

    /// <summary>The agents of both holders, which live at one address here.</summary>
    private sealed class Holders : ReceiveActor
    {
        public Holders(string commitment, string held) => Receive<WantOffers>(_ =>
        {
            foreach (var node in new[] { "n1", "n0" })
                Sender.Tell(new Offer(commitment, node, true, held, ""));
        });
    }
}
