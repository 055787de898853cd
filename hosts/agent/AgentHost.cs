using System.Net;
using Akka.Hosting;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;
using Handcarry.Agent.Clients;
using Handcarry.Agent.Receipts;
using Handcarry.Agent.Serving;
using Handcarry.Agent.Telemetry;
using Handcarry.Agent.Web;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Login;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Hosts.Node.Storage.Sealed;
using Handcarry.Hosts.Node.SystemBus;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Versions;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Streams.Replication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent;

/// <summary>Puts an agent together: the node's folders and tools, the data plane, the actor system; and runs it until it is told to stop.</summary>
internal static class AgentHost
{
    public static async Task RunAsync(HandcarryOptions options)
    {
        var tally = new NodeTally(TimeProvider.System);
        using var loggers = LoggerFactory.Create(logging => AgentLog.Configure(logging, options, tally));
        var files = new AgentCertificates(options, loggers.CreateLogger<AgentCertificates>(), TimeProvider.System);
        using var certificates = await files.LoadAsync(CancellationToken.None);
        using var running = await UncleanEnd.WaitOutAsync(options.RunPath, TimeProvider.System, CancellationToken.None);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        using var ring = new LogRing(TimeProvider.System);
        builder.Services.AddLogging(logging => AgentLog.Configure(logging.AddProvider(ring), options, tally));
        // The actor system needs 10 s at most to leave the cluster in good order (reference/akka.md section 5.6).
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));

        if (files.AreOurs)
            builder.Services.AddSingleton(TimeProvider.System).AddSingleton(files).AddHostedService<CertificateWatch>();

        using var blobs = BlobStore.Open(options.StatePath);
        var identity = new PeerIdentity(certificates.Leaf, [.. certificates.Authorities]);
        var counters = new TransferCounters();
        var registry = new RegistryIndex();
        using var uploads = RegistryUploads.Open(Path.Combine(options.StatePath, "registry"), registry, new UploadOptions(), TimeProvider.System);
        await using var dataPlane = await DataPlaneServer.StartAsync(
            new DataPlaneOptions
            {
                Listen = new IPEndPoint(AddressOf("data.listen", options.Data.Listen), options.Data.Port),
                Sending = new RateLimit(TimeProvider.System) { BytesPerSecond = options.Limits.SendBytesPerSecond },
            },
            identity,
            blobs,
            registry,
            uploads,
            counters,
            loggers,
            CancellationToken.None);
        await using var loopback = await OwnRegistry.StartAsync(
            options.Data.LoopbackPort,
            (port, cancel) => LoopbackServer.StartAsync(new DataPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, port) }, blobs, registry, counters, loggers, cancel),
            TimeProvider.System,
            loggers.CreateLogger<OwnRegistry>());
        using var http = PeerClient.Create(identity);

        var site = new SiteBoard(TimeProvider.System);
        var facts = FactLog.Open(options.StatePath, options.Node.Name, TimeProvider.System);
        var endpoint = new UriBuilder(dataPlane.Endpoint) { Host = AddressOf("data.host", options.Data.Host).ToString() }.Uri;
        var api = new ApiTally(TimeProvider.System);
        var health = new AgentHealth(options, dataPlane.Endpoint, tally, TimeProvider.System);
        using var metrics = new AgentMetrics(new MetricSources(options.Node.Name, tally, counters, api, site, TimeProvider.System));
        using var traces = options.Telemetry.Traces.Length > 0 ? new TraceExport(new Uri(options.Telemetry.Traces), options.Node.Name, site) : null;
        await using var web = options.Web.Port is { } webPort
            ? await WebServer.StartAsync(
                new IPEndPoint(AddressOf("web.listen", options.Web.Listen), webPort), loggers, Map, CancellationToken.None)
            : null;

        await using var door = options.Clients.Port is { } doorPort
            ? ClientDoor.Bind(new IPEndPoint(AddressOf("clients.listen", options.Clients.Listen), doorPort), certificates, loggers.CreateLogger<ClientDoor>())
            : null;

        var runner = new SystemProcessRunner(TimeProvider.System);
        await using var runtime = await AgentRuntime.OpenAsync(options, blobs, cri => AgentStores.LayersAsync(options, blobs, runner, cri), loggers);

        var limits = new BundleLimits { InventoryBytes = checked((int)options.Limits.MaxInventoryBytes) };
        var drawing = new DrawOptions { Parallelism = options.Limits.ParallelDraws };
        var limit = new RateLimit(TimeProvider.System) { BytesPerSecond = options.Limits.NodeBytesPerSecond };
        using var etcd = AgentPressure.OpenEtcd(options.Limits, loggers);
        var pressure = AgentPressure.Open(options.Limits, etcd, loggers);
        var space = new DiskSpace(options.StatePath, runtime.Images, TimeProvider.System);
        using var receipts = Receipts(options, site, identity, facts, loggers);
        var parts = new AgentParts(
            options,
            endpoint,
            new NodePorts(
                AgentMedia.Open(options, limits, receipts, loggers),
                runtime.Images,
                blobs,
                new BlobDraw(blobs, http, drawing, counters, TimeProvider.System, limit: limit),
                drawing,
                limits,
                counters,
                space.ReadAsync,
                TimeProvider.System,
                options.Media.SlowBelow)
            {
                Sealed = runtime.Pulls ? new NoSealedStores(options.Node.Name) : await AgentStores.SealedAsync(options, blobs, runner, runtime.Cri),
                InUse = SealedStores.IsInUse,
                Checks = new QuietBlobChecks(blobs, options.Load.ProofFloor, TimeProvider.System),
                KeepBundles = options.Data.KeepBundles,
                PublishUnproved = options.Load.Publish == PublishMoment.AfterMount,
                Receipts = receipts is null ? static _ => ReceiptState.None : receipts.StateOf,
                Registry = registry,
                Site = site,
                Tally = tally,
                Runtime = runtime.Config,
                Serving = loopback.WhyNotAsync,
                ReserveBytes = options.Limits.ReserveBytes,
                Pressure = pressure,
                Yield = AgentPressure.Limits(options.Limits),
            },
            facts,
            ring)
        {
            Api = api,
            Certificates = files,
            Door = door,
            Health = health,
        };
        if (options.Console.Banner == ConsoleOptions.On)
        {
            builder.Services.AddHostedService(services => new AgentConsole(
                site, new LoginBanner(options.Node.Root, options.ConsolePath), options.Console.Language, TimeProvider.System, services.GetRequiredService<ILogger<AgentConsole>>()));
        }
        if (receipts is not null)
            builder.Services.AddHostedService(_ => receipts);
        builder.Services.AddAkka(ClusterConfig.Hosting.SystemNames.System, akka => AgentSystem.Configure(akka, parts, certificates));
        using var host = builder.Build();
        await host.RunAsync();

        void Map(Microsoft.AspNetCore.Builder.WebApplication app)
        {
            WebRoutes.Map(app, options.Node.Name, site, facts.All());
            TelemetryRoutes.Map(app, metrics, health);
        }
    }

    /// <summary>The host's service manager; null without one. The socket alone may be there without systemd, as in a container.</summary>
    public static SystemdServiceManager? Systemd(HandcarryOptions options) =>
        Directory.Exists(HostPath.Below(options.Node.Root, "/run/systemd/system")) ? new SystemdServiceManager(options.BusSocket) : null;

    private static ReceiptDesk? Receipts(HandcarryOptions options, SiteBoard site, PeerIdentity identity, FactLog facts, ILoggerFactory loggers)
    {
        return options.Media.Receipts == MediaOptions.Off
            ? null
            : new ReceiptDesk(
                options.Node.Name,
                site,
                identity,
                facts,
                ClusterAsync,
                (device, receipt) => ReceiptPartition.Write(device, receipt, options.MountPath),
                TimeProvider.System,
                loggers.CreateLogger<ReceiptDesk>());

        async Task<string> ClusterAsync(CancellationToken cancellationToken)
        {
            // A connection of its own: it is needed once for a bundle.
            using var api = new ApiServer(KubernetesConnection.Open(options.Kubernetes.Kubeconfig), TimeProvider.System);
            return await new ClusterVersionClient(api).IdAsync(cancellationToken);
        }
    }

    private static IPAddress AddressOf(string setting, string host) =>
        IPAddress.TryParse(host, out var address) ? address : throw new ArgumentException($"{setting} is \"{host}\"; it must be an IP address of this node.");
}
