using Handcarry.Hosts.Node.Cri;
using Handcarry.Registries;

namespace Handcarry.Bench.Load;

/// <summary>
/// The product's cri-pull into a real containerd. In the place of the agent's own listener is a registry whose blobs are on the disk when the clock starts.
/// </summary>
internal sealed class CriPullWay(LoadSource source, string root) : ILoadWay
{
    private RegistryProcess? _registry;
    private Containerd? _containerd;

    public string Name => "cri-pull, containerd";

    public IReadOnlyList<int> Workers => [_registry!.ProcessId, _containerd!.ProcessId];

    public async Task ArriveAsync(CancellationToken cancellationToken)
    {
        _registry = await RegistryProcess.StartAsync(new RegistryOptions { Folder = Path.Combine(root, "registry") }, cancellationToken);
        await source.Release.PushAsync(_registry);
        _containerd = await Containerd.StartAsync(Directory.CreateDirectory(Path.Combine(root, "c")).FullName, _registry.Authority, cancellationToken);
    }

    public async Task<IReadOnlySet<string>> LoadAsync(CancellationToken cancellationToken)
    {
        var runtime = _containerd!.Runtime;
        var pull = new ImagePull(runtime, static folder => new DriveInfo(folder).AvailableFreeSpace, new ImagePullOptions { ReservedBytes = 0 });
        if (await pull.RunAsync(source.Wanted, source.Release.UnpackedBytes, null, cancellationToken) is [var failure, ..])
            throw new InvalidOperationException($"{failure.Image} could not be pulled: {failure.Reason}");
        var visible = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in source.Names)
        {
            if (await runtime.FindAsync(name, cancellationToken) is not null)
                visible.Add(name);
        }
        return visible;
    }

    public async ValueTask DisposeAsync()
    {
        if (_containerd is { } containerd)
            await containerd.DisposeAsync();
        if (_registry is { } registry)
            await registry.DisposeAsync();
    }
}
