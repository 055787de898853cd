using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Media;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media;

public sealed class LoopMediaConformance : MediaSourceConformance, IDisposable
{
    private LoopDevices? _devices;

    public void Dispose() => _devices?.Dispose();

    protected override IMediaSource Open() => new WatchedFolderMediaSource((_devices = new LoopDevices()).Folder, TimeProvider.System);

    protected override Task InsertAsync(string name, byte[] content) => _devices!.InsertAsync(name, content);

    protected override Task RemoveAsync(string name) => _devices!.RemoveAsync(name);
}
