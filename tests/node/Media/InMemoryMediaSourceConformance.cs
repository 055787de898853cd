using Handcarry.Actors.Node;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media;

public sealed class InMemoryMediaSourceConformance : MediaSourceConformance
{
    private readonly InMemoryMediaSource _source = new();

    protected override IMediaSource Open() => _source;

    protected override Task InsertAsync(string name, byte[] content)
    {
        _source.Insert(name, content);
        return Task.CompletedTask;
    }

    protected override Task RemoveAsync(string name)
    {
        _source.Remove(name);
        return Task.CompletedTask;
    }
}
