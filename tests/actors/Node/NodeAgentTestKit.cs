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
using Handcarry.Twins;
using Handcarry.Twins.Node;

namespace Handcarry.Actors.Tests.Node;

/// <summary>A node's agent with its children, on a real blob store and the twins of media and images; the supervisor is a probe.</summary>
public abstract class NodeAgentTestKit : TestKit
{
    private static readonly Config Config = ConfigurationFactory.ParseString(
        """
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        akka.log-dead-letters = off
        """);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private long _free = 1L << 40;

    private protected NodeAgentTestKit()
        : base(Config)
    {
        Sealed = new InMemorySealedStores(Images);
        Blobs = BlobStore.Open(_folder.Path);
        Supervisor = CreateTestProbe("supervisor");
    }

    private protected BlobStore Blobs { get; }

    private protected InMemoryMediaSource Media { get; } = new();

    private protected InMemoryImageStore Images { get; set; } = new();

    private protected InMemoryRuntimeConfig Runtime { get; } = new();

    private protected InMemorySealedStores Sealed { get; set; }

    private protected bool PublishUnproved { get; set; }

    private protected Digest InUse { get; set; }

    /// <summary>Asks the node's own registry; null: nobody does.</summary>
    private protected Func<IReadOnlyList<ImageName>, string?>? Serving { get; set; }

    private protected RegistryIndex Registry { get; set; } = new();

    private protected IBlobChecks? Checks { get; set; }

    private protected TestProbe Supervisor { get; }

    /// <summary>Bytes free for blobs.</summary>
    private protected long Free
    {
        get => Volatile.Read(ref _free);
        set => Volatile.Write(ref _free, value);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _http.Dispose();
        Blobs.Dispose();
        _folder.Dispose();
    }

    /// <summary>The cluster comes to run a bundle.</summary>
    private protected async Task<IActorRef> RunAsync(BundleFacts facts, byte[] bytes)
    {
        var agent = await CarryAsync(facts, bytes);
        await ReportAsync(r => r.Stage == Stage.Ready);
        agent.Tell(new FinishWork(facts.Commitment, facts.Version), Supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Upgraded);
        return agent;
    }

    private protected async Task<IActorRef> CarryAsync(BundleFacts facts, byte[] bytes)
    {
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        return agent;
    }

    /// <summary>The node's registry knows the images of the bundle.</summary>
    private protected async Task AssertServedAsync(BundleFacts facts)
    {
        var inventory = await InventoryFile.ReadAsync(Blobs, Digest.Parse(facts.Commitment), new BundleLimits(), default);
        Assert.NotEmpty(inventory.Images);
        Assert.All(inventory.Images, image => Assert.True(Registry.IsManifest(inventory.Blobs[image.Manifest].Digest)));
    }

    private protected IActorRef Start(string name)
    {
        var counters = new TransferCounters();
        var ports = new NodePorts(
            Media,
            Images,
            Blobs,
            new BlobDraw(Blobs, _http, new DrawOptions(), counters, TimeProvider.System),
            new DrawOptions(),
            new BundleLimits(),
            counters,
            _ => ValueTask.FromResult(new SpaceFacts(Free, 1L << 40, true)),
            TimeProvider.System)
        {
            Registry = Registry,
            Runtime = Runtime,
            Serving = Serving is { } ask ? (images, _) => ValueTask.FromResult(ask(images)) : null,
            Sealed = Sealed,
            PublishUnproved = PublishUnproved,
            Checks = Checks,
            InUse = digest => digest == InUse,
        };
        var supervisor = Supervisor.Ref;
        return Sys.ActorOf(Props.Create(() => new NodeAgent("n1", new Uri("https://127.0.0.1:1/"), ports, supervisor)), name);
    }

    private protected async Task<NodeReport> ReportAsync(Predicate<NodeReport> wanted) =>
        (NodeReport)await Supervisor.FishForMessageAsync(m => m is NodeReport report && wanted(report), Eventually.Deadline);
}
