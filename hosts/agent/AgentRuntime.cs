using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Pins;
using Handcarry.Hosts.Node.SystemBus;
using Handcarry.Streams.Content;

namespace Handcarry.Agent;

/// <summary>How this node's images get into its runtime, and what the runtime is told besides.</summary>
internal sealed class AgentRuntime : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _watches = [];
    private readonly List<IDisposable> _parts = [];

    private AgentRuntime(IImageStore images, IRuntimeConfig config) => (Images, Config) = (images, config);

    public IImageStore Images { get; private init; }

    public IRuntimeConfig Config { get; private init; }

    /// <param name="options">The settings.</param>
    /// <param name="blobs">The node's blobs.</param>
    /// <param name="store">The additional image store, where that is the strategy; made when it is asked for.</param>
    /// <exception cref="ArgumentException">Settings and node do not go together.</exception>
    public static AgentRuntime Open(HandcarryOptions options, BlobStore blobs, Func<IImageStore> store)
    {
        var chosen = ChosenRuntime.Of(options);
        if (chosen.Runtime == NodeRuntime.None)
            return new AgentRuntime(store(), new NoRuntimeConfig());

        var cri = new CriOptions { Socket = chosen.Socket };
        var runtime = new CriRuntime(cri, TimeProvider.System);
        var documents = new BundleImages(blobs, GoArchitecture());
        var watch = new RuntimeWatch(chosen.Socket, TimeProvider.System);
        var containerd = chosen.Runtime == NodeRuntime.Containerd ? new ContainerdPins(runtime, cri, TimeProvider.System) : null;
        IPins pins = containerd is not null ? containerd : new CrioPins(
            runtime, new SystemdServiceManager(options.BusSocket), new NeverUnasked(), new CrioPinsOptions { Root = options.Node.Root, State = options.PinsPath }, TimeProvider.System);
        var check = new ArmingCheck(options.Node.Root, options.ArmingPath, ArmingSettings.Of(options), chosen.Runtime, needsStore: !chosen.Pulls);
        IImageStore images = chosen.Pulls
            ? new PullingImageStore(runtime, runtime.ContainersAsync, documents, options.PullsPath, path => HostPath.Below(options.Node.Root, path), new ImagePullOptions())
            : new RuntimeImageStore(store(), runtime, documents);
        var agent = new AgentRuntime(images, new RuntimeConfig(check, pins, documents, Path.Combine(options.StatePath, "pinned.json"), watch));
        agent._watches.Add(watch);
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

    private static string GoArchitecture() => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
