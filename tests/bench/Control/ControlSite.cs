using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Akka.Actor;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Health;
using Handcarry.Hosts.OpenShift.Leases;
using Handcarry.Hosts.OpenShift.Nodes;
using Handcarry.Hosts.OpenShift.Pins;
using Handcarry.Hosts.OpenShift.Signatures;
using Handcarry.Hosts.OpenShift.Upgrades;
using Handcarry.Hosts.OpenShift.Upkeep;
using Handcarry.Hosts.OpenShift.Versions;
using Handcarry.Hosts.OpenShift.Workloads;
using Handcarry.Lab.Api;
using Handcarry.Lab.Operator;
using Handcarry.Lab.Site;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Bench.Control;

/// <summary>
/// The product's supervisor over the product's clients of an API server (the lab's, with the rights of deploy/), and simulated nodes, in one process.
/// </summary>
internal static class ControlSite
{
    private const string Version = "4.12.3";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private const int FewestAnswers = 5;
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="nodes">How many nodes.</param>
    /// <param name="flood">How many reports of each node are thrown at the supervisor in the end.</param>
    public static async Task<ControlFigures> RunAsync(int nodes, int flood)
    {
        using var patience = new CancellationTokenSource(Patience);
        var folder = Directory.CreateTempSubdirectory("handcarry-control-");
        try
        {
            await using var server = await LabApiServer.StartAsync(new LabApiOptions { Crds = [SiteCluster.Definition()] }, patience.Token);
            string[] names = [.. Enumerable.Range(0, nodes).Select(i => $"worker-{i:000}.site-17.example.com")];
            var seed = new ClusterSeed { Version = Version, Image = $"quay.io/openshift-release-dev/ocp-release@{Named(Version)}", Nodes = names };
            SeedCluster.Into(server.Objects, seed, TimeProvider.System);
            server.Objects.PutYaml(SiteCluster.Roles());
            server.Objects.Put(Upgrade());
            var kubeconfig = server.WriteKubeconfig(Path.Combine(folder.FullName, "agent"), server.TokenFor(seed.AgentNamespace, "handcarry-agent"));
            using var outside = SiteApi.Open(server.WriteKubeconfig(Path.Combine(folder.FullName, "admin")));
            using var api = new ApiServer(KubernetesConnection.Open(kubeconfig), TimeProvider.System);
            using var blobs = BlobStore.Open(Path.Combine(folder.FullName, "state"));
            using var workloads = new WorkloadsClient(api);
            var system = ActorSystem.Create("control", "akka { loglevel = ERROR, stdout-loglevel = ERROR }");
            try
            {
                return await MeasureAsync(system, Ports(api, blobs, workloads, names[0]), outside, names, flood, patience.Token);
            }
            finally
            {
                await system.Terminate();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<ControlFigures> MeasureAsync(
        ActorSystem system, SupervisorPorts ports, SiteApi outside, string[] names, int flood, CancellationToken cancellationToken)
    {
        var wire = new WireSerializer((ExtendedActorSystem)system);
        var traffic = new Traffic();
        var supervisor = system.ActorOf(Props.Create(() => new UpgradeSupervisor(names[0], ports, TimeProvider.System)), "supervisor");
        var reports = names.Select(Report).ToArray();
        var nodes = reports.Select(report => system.ActorOf(Props.Create(() => new SimulatedNode(report, supervisor, wire, traffic)))).ToArray();
        while (await supervisor.Ask<StatusReply>(new GetStatus(), cancellationToken) is not { Acting: true, ClusterVersion: Version } known || known.Reports.Count < names.Length)
            await Task.Delay(Look, cancellationToken);

        var (said, planned) = (traffic.Reports, traffic.Plans);
        var time = Stopwatch.StartNew();
        nodes[0].Tell(new MediumReport("usb1", "/dev/sdb", Bundle()));
        using var converged = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answering = AnswersAsync(supervisor, wire, converged.Token);
        var largest = 0L;
        for (var phase = ""; phase != nameof(Phase.Held); await Task.Delay(Look, cancellationToken))
        {
            var status = (await outside.GetAsync($"{SiteApi.Upgrades}/{SiteApi.UpgradeName}", cancellationToken))?["status"];
            (phase, largest) = ((string?)status?["phase"] ?? "", Math.Max(largest, Encoding.UTF8.GetByteCount(status?.ToJsonString() ?? "")));
            if (phase is nameof(Phase.Refused) or nameof(Phase.Failed))
                throw new InvalidOperationException($"The supervisor refused what it should have taken: {status!["message"]}");
        }

        time.Stop();
        await converged.CancelAsync();
        var answers = await answering;
        (said, planned) = (traffic.Reports - said, traffic.Plans - planned);
        var epochs = (await supervisor.Ask<StatusReply>(new GetStatus(), cancellationToken)).Status.Epoch;
        return new ControlFigures(time.Elapsed, largest, await FloodAsync(supervisor, nodes, reports, wire, flood, cancellationToken), said, planned, epochs, answers);
    }

    /// <summary>
    /// How long the whole site's status takes while the site is at work, as somebody with <c>handcarry status</c> or the page gets it: asked of the supervisor, and through the wire twice, to the agent that is asked
    /// and to the client.
    /// </summary>
    private static async Task<IReadOnlyList<TimeSpan>> AnswersAsync(IActorRef supervisor, WireSerializer wire, CancellationToken cancellationToken)
    {
        var answers = new List<TimeSpan>();
        using var timer = new PeriodicTimer(AskEvery);
        // A few nodes are ready before as many as this were asked for.
        while (answers.Count < FewestAnswers || !cancellationToken.IsCancellationRequested)
        {
            var time = Stopwatch.StartNew();
            var reply = await supervisor.Ask<StatusReply>(new GetStatus(), Patience, CancellationToken.None);
            SimulatedNode.Through(wire, (StatusReply)SimulatedNode.Through(wire, reply));
            answers.Add(time.Elapsed);
            if (!cancellationToken.IsCancellationRequested)
                await timer.WaitForNextTickAsync(cancellationToken).AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        return answers;
    }

    /// <summary>Each report is serialized, deserialized and decided upon; the answer to a question that is asked last is the end.</summary>
    private static async Task<double> FloodAsync(IActorRef supervisor, IActorRef[] nodes, NodeReport[] reports, WireSerializer wire, int flood, CancellationToken cancellationToken)
    {
        var epoch = (await supervisor.Ask<StatusReply>(new GetStatus(), cancellationToken)).Status.Epoch;
        var time = Stopwatch.StartNew();
        for (var round = 0; round < flood; round++)
        {
            for (var i = 0; i < nodes.Length; i++)
            {
                var report = reports[i] with
                {
                    Epoch = epoch,
                    Commitment = Bundle().Commitment,
                    Stage = Stage.Ready,
                    Extracted = true,
                    BytesHeld = Bundle().Size,
                    DrawnBytes = round,
                    Media = i == 0 ? [new MediumReport("usb1", "/dev/sdb", Bundle())] : [],
                };
                supervisor.Tell(SimulatedNode.Through(wire, report), nodes[i]);
            }
        }

        await supervisor.Ask<StatusReply>(new GetStatus(), cancellationToken);
        return flood * nodes.Length / time.Elapsed.TotalSeconds;
    }

    private static SupervisorPorts Ports(ApiServer api, BlobStore blobs, WorkloadsClient workloads, string node) => new(
        new ClusterVersionClient(api),
        new UpgradeStatusClient(api, node),
        new ClusterNodesClient(api),
        new ClusterHealthClient(api),
        new MachineUpkeepClient(api),
        new LeaseFence(api, "handcarry", "handcarry-supervisor", node),
        new ReleaseVerifier(new SignatureReader(blobs, new BundleLimits()), new ReleaseKeysClient(api), TimeProvider.System),
        new ReleasePins(blobs, new BundleLimits(), new PinnedImageSetsClient(api)),
        Workloads: workloads);

    // Everything is prepared, and nothing begun: there is no operator here.
    private static JsonObject Upgrade() => new()
    {
        ["apiVersion"] = "handcarry.dev/v1alpha1",
        ["kind"] = "BundleUpgrade",
        ["metadata"] = new JsonObject { ["name"] = SiteApi.UpgradeName },
        ["spec"] = new JsonObject { ["hold"] = true, ["trust"] = new JsonObject { ["allowUnsigned"] = true } },
    };

    private static BundleFacts Bundle() =>
        new(Named("bundle"), 1_000_000, "4.12.4", "x86_64", $"quay.io/openshift-release-dev/ocp-release@{Named("release")}", 12_000_000_000, 30_000_000_000, 193) { Previous = Version };

    private static NodeReport Report(string name) => new()
    {
        Node = name,
        Self = new Peer(name, $"akka.ssl.tcp://handcarry@{name}:9240", $"https://{name}:9241/"),
        Stage = Stage.Waiting,
        FreeForBlobs = 200_000_000_000,
        FreeForStore = 200_000_000_000,
        OneFileSystem = true,
    };

    private static string Named(string what) => Digest.Of(Encoding.UTF8.GetBytes(what)).ToString();
}
