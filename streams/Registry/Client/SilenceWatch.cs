namespace Handcarry.Streams.Registry.Client;

/// <summary>Cancels <see cref="Token"/> when the other side has been silent for too long, but only while we listen.</summary>
internal sealed class SilenceWatch : IDisposable
{
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;
    private readonly TimeSpan _longest;

    public SilenceWatch(TimeSpan longest, TimeProvider time, CancellationToken ct)
    {
        _longest = longest;
        _silence = new CancellationTokenSource(longest, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(ct, _silence.Token);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>The time starts again.</summary>
    public void Listen() => _silence.CancelAfter(_longest);

    /// <summary>It is our turn: our own disk may take any time.</summary>
    public void Rest() => _silence.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
