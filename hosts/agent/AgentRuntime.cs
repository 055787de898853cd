using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Pins;
using Handcarry.Hosts.Node.SystemBus;
using Handcarry.Streams.Content;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent;

/// <summary>How this node's images get into its runtime, and what the runtime is told besides.</summary>
internal sealed class AgentRuntime : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _watches = [];
    private readonly List<IDisposable> _parts = [];

    private AgentRuntime(IImageStore images, IRuntimeConfig config) => (Images, Config) = (images, config);

    public IImageStore Images { get; private init; }

    public IRuntimeConfig Config { get; private init; }

    /// <summary>The runtime that is asked; null when only the container tools are.</summary>
    public IContainerRuntime? Cri { get; private init; }

    /// <summary>Whether the runtime pulls its images, so that it looks at no additional store.</summary>
    public bool Pulls { get; private init; }

    /// <param name="options">The settings.</param>
    /// <param name="blobs">The node's blobs.</param>
    /// <param name="store">Makes the additional image store, where that is the strategy, for the runtime that is asked, if any.</param>
    /// <param name="loggers">For what arming has to tell.</param>
    /// <exception cref="ArgumentException">Settings and node do not go together.</exception>
    public static async ValueTask<AgentRuntime> OpenAsync(HandcarryOptions options, BlobStore blobs, Func<IContainerRuntime?, ValueTask<IImageStore>> store, ILoggerFactory loggers)
    {
        var chosen = ChosenRuntime.Of(options);
        if (chosen.Runtime == NodeRuntime.None)
            return new AgentRuntime(await store(null), new NoRuntimeConfig());

        var cri = new CriOptions { Socket = chosen.Socket };
        var runtime = new CriRuntime(cri, TimeProvider.System);
        var documents = new BundleImages(blobs, GoArchitecture());
        var watch = new RuntimeWatch(chosen.Socket, TimeProvider.System);
        var containerd = chosen.Runtime == NodeRuntime.Containerd ? new ContainerdPins(runtime, cri, TimeProvider.System) : null;
        var turn = options.Arming.Restart == ArmingOptions.OneAtATime ? new OneAtATime(options, cancel => AnswersAsync(runtime, cancel), loggers.CreateLogger<OneAtATime>()) : null;
        IPins pins = containerd is not null ? containerd : new CrioPins(
            runtime, new SystemdServiceManager(options.BusSocket), turn is null ? new NeverUnasked() : turn, new CrioPinsOptions { Root = options.Node.Root, State = options.PinsPath }, TimeProvider.System);
        var check = new ArmingCheck(options.Node.Root, options.ArmingPath, ArmingSettings.Of(options), chosen.Runtime, needsStore: !chosen.Pulls);
        var self = options.Arming.Arm == ArmingOptions.ByAgent ? new SelfArming(check, Arming(options, turn), TimeProvider.System) : null;
        IImageStore images = chosen.Pulls
            ? new PullingImageStore(runtime, runtime.ContainersAsync, documents, options.PullsPath, path => HostPath.Below(options.Node.Root, path), new ImagePullOptions())
            : new RuntimeImageStore(await store(runtime), runtime, documents);
        var agent = new AgentRuntime(images, new RuntimeConfig(self is null ? check : self, pins, documents, Path.Combine(options.StatePath, "pinned.json"), watch)) { Pulls = chosen.Pulls, Cri = runtime };
        // What has been begun with the turn ends before the turn.
        agent._watches.AddRange(new IAsyncDisposable?[] { watch, self, turn }.OfType<IAsyncDisposable>());
        agent._parts.Add(runtime);
        agent._parts.AddRange(new IDisposable?[] { containerd, images as PullingImageStore }.OfType<IDisposable>());
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches)
            await watch.DisposeAsync();
        foreach (var part in _parts)
            part.Dispose();
    }

    private static NodeArming Arming(HandcarryOptions options, OneAtATime? turn)
    {
        if (options.Data.LoopbackPort is null or 0)
            throw new ArgumentException("data.loopbackPort must be a port of its own with arming.arm byAgent, as it is written into the runtime's configuration: set one.");
        var systemd = AgentHost.Systemd(options);
        return new NodeArming(options.Node.Root, options.ArmingPath, systemd, systemd is null ? null : systemd.ReadUnitsAnewAsync, turn is null ? new NeverUnasked("handcarry arm --restart") : turn);
    }

    private static async ValueTask<bool> AnswersAsync(CriRuntime runtime, CancellationToken cancellationToken)
    {
        try
        {
            return (await runtime.FactsAsync(cancellationToken)).Ready;
        }
        catch (RuntimeException)
        {
            return false;
        }
    }

    private static string GoArchitecture() => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
