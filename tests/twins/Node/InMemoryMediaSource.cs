using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Twins.Node;

/// <summary>
/// An <see cref="IMediaSource"/> of byte arrays. Stricter than the real one: its streams cannot be sought, return fewer bytes than asked,
/// and fail the moment the medium is removed.
/// </summary>
public sealed class InMemoryMediaSource : IMediaSource
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, InsertedMedium> _present = new(StringComparer.Ordinal);
    private readonly List<Channel<MediaChange>> _watchers = [];
    private long _insertions;
    private long _bytesRead;
    private int _opened;

    /// <summary>Bytes handed out by all streams together.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>How fast the media are said to be; null when that is not known.</summary>
    public MediumSpeed? Speed { get; set; }

    /// <summary>What a read at a position, in bytes, waits for.</summary>
    public Func<long, Task> Gate { get; set; } = static _ => Task.CompletedTask;

    /// <summary>How many times a medium was opened.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Inserts a medium under <paramref name="name"/>; one that is there under that name is removed first.</summary>
    public Medium Insert(string name, byte[] content)
    {
        lock (_gate)
        {
            Remove(name);
            var medium = new Medium($"memory-{++_insertions}", $"{name} ({content.Length} B)", NamedAsBundle: name.StartsWith("upgrade-", StringComparison.Ordinal));
            _present[name] = new InsertedMedium(medium, content);
            Tell(new MediaChange(medium, Present: true));
            return medium;
        }
    }

    /// <summary>Removes the medium under <paramref name="name"/>, in the middle of a read or not; nothing happens when there is none.</summary>
    public void Remove(string name)
    {
        lock (_gate)
        {
            if (!_present.Remove(name, out var gone))
                return;
            gone.Removed = true;
            Tell(new MediaChange(gone.Medium, Present: false));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MediaChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changes = Channel.CreateUnbounded<MediaChange>();
        lock (_gate)
        {
            foreach (var there in _present.Values)
                changes.Writer.TryWrite(new MediaChange(there.Medium, Present: true));
            _watchers.Add(changes);
        }
        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken))
                yield return change;
        }
        finally
        {
            lock (_gate)
                _watchers.Remove(changes);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(Medium medium, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var there = _present.Values.FirstOrDefault(m => m.Medium.Id == medium.Id)
                ?? throw new ContentException(Reasons.ReadFailed, $"{medium.Name} is not there any more: insert it again.");
            Interlocked.Increment(ref _opened);
            return new InMemoryMediumStream(there, () => Speed, position => Gate(position), count => Interlocked.Add(ref _bytesRead, count));
        }
    }

    private void Tell(MediaChange change)
    {
        foreach (var watcher in _watchers)
            watcher.Writer.TryWrite(change);
    }
}
