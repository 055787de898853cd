namespace Handcarry.Streams.Registry.Client;

/// <summary>Cancels <see cref="Token"/> when the other side has been silent for too long, but only while we listen.</summary>
internal sealed class SilenceWatch : IDisposable
{
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;
    private readonly TimeSpan _longest;
    private readonly CancellationToken _caller;

    public SilenceWatch(TimeSpan longest, TimeProvider time, CancellationToken ct)
    {
        (_longest, _caller) = (longest, ct);
        _silence = new CancellationTokenSource(longest, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(ct, _silence.Token);
    }

    /// <summary>How long the other side may be silent.</summary>
    public TimeSpan Longest => _longest;

    public CancellationToken Token => _either.Token;

    /// <summary>The time starts again.</summary>
    public void Listen() => _silence.CancelAfter(_longest);

    /// <summary>It is our turn: our own disk may take any time.</summary>
    public void Rest() => _silence.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Whether an exception tells of the network rather than of the caller's wish to stop.</summary>
    public bool Explains(Exception e) => e is HttpRequestException or IOException || (e is OperationCanceledException && !_caller.IsCancellationRequested);

    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
