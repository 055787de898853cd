using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>Which runtime the node has, and how images get into it.</summary>
/// <param name="Runtime">CRI-O or containerd, or none when only the container tools are asked.</param>
/// <param name="Socket">Its socket as this process sees it; empty for none.</param>
/// <param name="Pulls">Whether it pulls images itself; otherwise it has an additional image store.</param>
public sealed record ChosenRuntime(NodeRuntime Runtime, string Socket, bool Pulls)
{
    // containerd, defaults/defaults_unix.go.
    private const string ContainerdSocket = "/run/containerd/containerd.sock";

    /// <summary>As the settings say, and where they leave it open, the node: by the socket that is there, else by what is installed, as the runtime may start after this.</summary>
    /// <exception cref="ArgumentException">Settings and node do not go together; the message names the setting.</exception>
    public static ChosenRuntime Of(HandcarryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var runtime = RuntimeOf(options);
        var pulls = options.Load.Strategy switch
        {
            LoadOptions.CriPull => true,
            LoadOptions.AdditionalStore => false,
            _ => runtime == NodeRuntime.Containerd,
        };
        if (pulls && runtime == NodeRuntime.None)
            throw new ArgumentException($"load.strategy is {LoadOptions.CriPull}, but this node has neither CRI-O nor containerd: set load.runtime and load.socket, or another strategy.");
        if (!pulls && runtime == NodeRuntime.Containerd)
            throw new ArgumentException($"load.strategy is {LoadOptions.AdditionalStore}, but this node has containerd, which has no additional image stores: set {LoadOptions.CriPull} or {LoadOptions.Auto}.");
        if (pulls && options.Data.LoopbackPort is null or 0)
            throw new ArgumentException("data.loopbackPort must be a port of its own where the runtime pulls images, as it is written into the runtime's configuration: set one.");
        return new ChosenRuntime(runtime, runtime == NodeRuntime.None ? "" : SocketOf(options, runtime), pulls);
    }

    private static NodeRuntime RuntimeOf(HandcarryOptions options)
    {
        switch (options.Load.Runtime)
        {
            case LoadOptions.Crio:
                return NodeRuntime.Crio;
            case LoadOptions.Containerd:
                return NodeRuntime.Containerd;
            case LoadOptions.None:
                return NodeRuntime.None;
        }
        switch (IsThere(NodeRuntime.Crio), IsThere(NodeRuntime.Containerd))
        {
            case (true, true):
                throw new ArgumentException("CRI-O and containerd both listen on this node: set load.runtime to the one that the kubelet uses.");
            case (true, false):
                return NodeRuntime.Crio;
            case (false, true):
                return NodeRuntime.Containerd;
        }
        return new HostFactsReader(options.Node.Root).Read().Runtime is var installed and (NodeRuntime.Crio or NodeRuntime.Containerd) ? installed : NodeRuntime.None;

        bool IsThere(NodeRuntime runtime) => File.Exists(SocketOf(options, runtime));
    }

    private static string SocketOf(HandcarryOptions options, NodeRuntime runtime) => HostPath.Below(
        options.Node.Root,
        options.Load.Socket is { Length: > 0 } socket ? socket : runtime == NodeRuntime.Crio ? CriOptions.CrioSocket : ContainerdSocket);
}
