using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Media;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media;

public sealed class CombinedMediaSourceConformance : MediaSourceConformance, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly InMemoryMediaSource _other = new();

    public void Dispose() => _folder.Dispose();

    protected override IMediaSource Open() => new CombinedMediaSource([new WatchedFolderMediaSource(_folder.MakeFolder("media"), TimeProvider.System), _other]);

    protected override async Task InsertAsync(string name, byte[] content)
    {
        if (name == "upgrade-b.tar")
        {
            _other.Insert(name, content);
            return;
        }
        await File.WriteAllBytesAsync(_folder.At(name), content);
        File.Move(_folder.At(name), _folder.At("media", name));
    }

    protected override Task RemoveAsync(string name)
    {
        File.Delete(_folder.At("media", name));
        _other.Remove(name);
        return Task.CompletedTask;
    }
}
