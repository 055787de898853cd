namespace Handcarry.Twins;

/// <summary>Enumerates a watch in the background and remembers everything it saw.</summary>
public sealed class WatchProbe<T> : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<T> _seen = [];
    private readonly Task _running;

    public WatchProbe(Func<CancellationToken, IAsyncEnumerable<T>> watch)
    {
        ArgumentNullException.ThrowIfNull(watch);
        _running = RunAsync(watch(_stop.Token));
    }

    /// <summary>Everything seen so far, in order.</summary>
    public IReadOnlyList<T> Seen
    {
        get
        {
            lock (_seen)
                return [.. _seen];
        }
    }

    /// <summary>Returns the newest item once it satisfies <paramref name="condition"/>.</summary>
    public async Task<T> UntilAsync(Predicate<T> condition, string what)
    {
        T newest = default!;
        await Eventually.HoldsAsync(
            () =>
            {
                if (_running.IsFaulted)
                    throw new InvalidOperationException("The watch has failed.", _running.Exception);
                if (Seen is not [.., var last] || !condition(last))
                    return false;
                newest = last;
                return true;
            },
            what);
        return newest;
    }

    /// <summary>Cancels and waits until the watch has really ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running.WaitAsync(Eventually.Deadline);
        }
        catch (OperationCanceledException)
        {
            // The way a watch ends.
        }
        _stop.Dispose();
    }

    private async Task RunAsync(IAsyncEnumerable<T> items)
    {
        await Task.Yield();
        await foreach (var item in items)
            lock (_seen)
                _seen.Add(item);
    }
}
