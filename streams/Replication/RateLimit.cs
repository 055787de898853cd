namespace Handcarry.Streams.Replication;

/// <summary>
/// How many bytes a second all draws of a node together may take. Whoever has taken too much waits until it is paid for; nobody is woken
/// in between. May be used from any thread, and changed while draws run.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class RateLimit(TimeProvider time)
{
    /// <summary>How much may be taken at once after a pause, as time: enough that a limit of 100 MB/s is not missed by the clock's grain.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _paidUntil;
    private long _bytesPerSecond;
    private long _waits;

    /// <summary>Bytes per second, 1 or more; 0: no limit.</summary>
    public long BytesPerSecond
    {
        get => Interlocked.Read(ref _bytesPerSecond);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Interlocked.Exchange(ref _bytesPerSecond, value);
        }
    }

    /// <summary>How often somebody has had to wait.</summary>
    public long Waits => Interlocked.Read(ref _waits);

    /// <summary>Takes <paramref name="bytes"/>, 0 or more, and waits until they are paid for.</summary>
    public ValueTask TakeAsync(int bytes, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (BytesPerSecond is var rate && rate == 0)
            return ValueTask.CompletedTask;
        TimeSpan wait;
        lock (_gate)
        {
            var now = time.GetElapsedTime(_start);
            _paidUntil = (_paidUntil < now - Burst ? now - Burst : _paidUntil) + TimeSpan.FromSeconds((double)bytes / rate);
            wait = _paidUntil - now;
        }

        if (wait <= TimeSpan.Zero)
            return ValueTask.CompletedTask;
        Interlocked.Increment(ref _waits);
        return new ValueTask(Task.Delay(wait, time, ct));
    }
}
