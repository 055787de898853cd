using System.Threading.Channels;
using Handcarry.Actors.Node;

namespace Handcarry.Twins.Node;

/// <summary>Watches a source for a test, which takes the changes one by one.</summary>
public sealed class MediaWatch : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<MediaChange> _changes = Channel.CreateUnbounded<MediaChange>();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private MediaWatch()
    {
    }

    /// <summary>Begins to watch.</summary>
    public static MediaWatch Begin(IMediaSource source)
    {
        var watch = new MediaWatch();
        watch._running = watch.RunAsync(source);
        return watch;
    }

    /// <summary>The next change; fails when none comes, or when the watch ended with an error.</summary>
    public async Task<MediaChange> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await _changes.Reader.ReadAsync(deadline.Token);
    }

    /// <summary>The changes that are there and were not taken yet.</summary>
    public IReadOnlyList<MediaChange> Waiting()
    {
        var changes = new List<MediaChange>();
        while (_changes.Reader.TryRead(out var change))
            changes.Add(change);
        return changes;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(IMediaSource source)
    {
        try
        {
            await foreach (var change in source.WatchAsync(_stop.Token))
                await _changes.Writer.WriteAsync(change);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            _changes.Writer.TryComplete(e);
        }
    }
}
