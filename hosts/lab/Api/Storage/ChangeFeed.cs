using System.Threading.Channels;

namespace Handcarry.Lab.Api.Storage;

/// <summary>
/// The changes of one resource for one watcher. Ends when it is disposed or dropped, or when the watcher reads too slowly: the real watch cache also
/// closes a watcher whose buffer is full.
/// </summary>
internal sealed class ChangeFeed(Action<ChangeFeed> forget) : IDisposable
{
    private readonly Channel<Change> _changes = Channel.CreateBounded<Change>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly CancellationTokenSource _dropped = new();
    private readonly Lock _gate = new();
    private bool _ended;

    public ChannelReader<Change> Changes => _changes.Reader;

    /// <summary>Set when the watch is to be cut off without a word.</summary>
    public CancellationToken Dropped => _dropped.Token;

    public void Offer(Change change)
    {
        if (!_changes.Writer.TryWrite(change))
            _changes.Writer.TryComplete();
    }

    /// <summary>Cuts the watch off. It may have ended by itself a moment ago.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            if (!_ended)
                _dropped.Cancel();
        }
    }

    public void Dispose()
    {
        forget(this);
        lock (_gate)
        {
            _ended = true;
            _dropped.Dispose();
        }
    }
}
