namespace Handcarry.Streams.Replication;

/// <summary>One draw that may ask its holder, as its <see cref="DrawWindow"/> sees it. One draw writes, anybody reads.</summary>
public sealed class DrawPlace : IDisposable
{
    private const long Not = long.MinValue;

    private readonly DrawWindow _window;
    private readonly TimeProvider _time;
    private long _left;
    private long _waitsSince = Not;
    private bool _busy;
    private long _stretchSince;
    private long _stretchBytes;
    private TimeSpan _held;

    internal DrawPlace(DrawWindow window, TimeProvider time, long bytes)
    {
        (_window, _time, _left) = (window, time, bytes);
        IsLarge = bytes > DrawWindow.Width;
    }

    /// <summary>Whether it asked for more than the window holds.</summary>
    public bool IsLarge { get; }

    /// <summary>Bytes that are still to come.</summary>
    public long Left => Interlocked.Read(ref _left);

    /// <summary>From here on the draw waits for bytes of its holder, until <see cref="Came"/>.</summary>
    public void Waits() => Interlocked.Exchange(ref _waitsSince, _time.GetTimestamp());

    /// <summary>So many bytes have come.</summary>
    public void Came(int bytes)
    {
        if (Interlocked.Exchange(ref _waitsSince, Not) is not Not and var since)
            _held += _time.GetElapsedTime(since);
        Interlocked.Add(ref _left, -bytes);
        _stretchBytes += bytes;
        if (_stretchBytes >= DrawWindow.Stretch)
            EndStretch();
        _window.Changed();
    }

    /// <summary>The limit has held the draw up since then: it is not for lack of work that nothing was asked of the link.</summary>
    public void HeldBack(long since) => _held += _time.GetElapsedTime(since);

    /// <inheritdoc/>
    public void Dispose() => _window.Leave(this);

    internal void Begin()
    {
        _stretchSince = _time.GetTimestamp();
        Waits();
    }

    /// <summary>Whether another large blob would only take from this one.</summary>
    internal bool FillsTheLink() =>
        !Volatile.Read(ref _busy) && (Interlocked.Read(ref _waitsSince) is var since && (since == Not || _time.GetElapsedTime(since) < DrawWindow.Quiet));

    // Where a link is slower than hashing and writing, most of the time goes by waiting for it.
    private void EndStretch()
    {
        var took = _time.GetElapsedTime(_stretchSince);
        Volatile.Write(ref _busy, took < DrawWindow.LongestStretch && _held * 2 < took);
        (_stretchSince, _stretchBytes, _held) = (_time.GetTimestamp(), 0, TimeSpan.Zero);
    }
}
