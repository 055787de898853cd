using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Media;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media;

public sealed class FileMediaConformance : MediaSourceConformance, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IMediaSource Open() => new WatchedFolderMediaSource(_folder.MakeFolder("media"), TimeProvider.System);

    protected override async Task InsertAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(_folder.At(name), content);
        File.Move(_folder.At(name), _folder.At("media", name));
    }

    protected override Task RemoveAsync(string name)
    {
        File.Delete(_folder.At("media", name));
        return Task.CompletedTask;
    }
}
