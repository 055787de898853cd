namespace Handcarry.Streams.Replication;

/// <summary>
/// How many bytes a second all draws of a node together may take: the least of what the node allows itself, what the site allows it and what the node can spare now.
/// Whoever has taken too much waits until it is paid for, and is woken before that only when the rate changes: what is still owed is then paid
/// at the new one. May be used from any thread, and changed while draws run.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class RateLimit(TimeProvider time)
{
    /// <summary>How much may be taken at once after a pause, in seconds: enough that a limit of 100 MB/s is not missed by the clock's grain.</summary>
    private const double Burst = 0.1;

    /// <summary>A timer runs for 49 days at most; a rate of a few bytes may owe for longer.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private long _settledAt = time.GetTimestamp();
    private double _owed;
    private double _paid;
    private long _bytesPerSecond;
    private long _share;
    private long _spare;
    private TaskCompletionSource _changed = NewSignal();
    private long _waits;

    /// <summary>What the node allows itself: bytes per second, 1 or more; 0: no limit.</summary>
    public long BytesPerSecond
    {
        get => Interlocked.Read(ref _bytesPerSecond);
        set => Change(ref _bytesPerSecond, value);
    }

    /// <summary>The node's share of what the site allows: bytes per second, 1 or more; 0: no limit.</summary>
    public long Share
    {
        get => Interlocked.Read(ref _share);
        set => Change(ref _share, value);
    }

    /// <summary>What the node can spare now, while the rest of it has it hard: bytes per second, 1 or more; 0: no limit.</summary>
    public long Spare
    {
        get => Interlocked.Read(ref _spare);
        set => Change(ref _spare, value);
    }

    /// <summary>The rate that holds now: bytes per second; 0: no limit.</summary>
    public long Rate => Least(Least(BytesPerSecond, Share), Spare);

    /// <summary>How often somebody has had to wait.</summary>
    public long Waits => Interlocked.Read(ref _waits);

    /// <summary>Takes <paramref name="bytes"/>, 0 or more, and waits until they are paid for.</summary>
    public ValueTask TakeAsync(int bytes, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (Rate == 0)
            return ValueTask.CompletedTask;
        double mark;
        lock (_gate)
        {
            Settle();
            _owed += bytes;
            mark = _owed;
            if (WaitFor(mark) <= TimeSpan.Zero)
                return ValueTask.CompletedTask;
        }

        Interlocked.Increment(ref _waits);
        return new ValueTask(WaitAsync(mark, ct));
    }

    private async Task WaitAsync(double mark, CancellationToken ct)
    {
        while (true)
        {
            TimeSpan wait;
            Task changed;
            lock (_gate)
            {
                Settle();
                (wait, changed) = (WaitFor(mark), _changed.Task);
            }

            if (wait <= TimeSpan.Zero)
                return;
            using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var paid = Task.Delay(wait < LongestWait ? wait : LongestWait, time, over.Token);
            var first = await Task.WhenAny(paid, changed);
            await over.CancelAsync();
            await first;
            if (first == paid && wait < LongestWait)
                return;
        }
    }

    private void Change(ref long rate, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (rate == value)
                return;
            Settle();
            Interlocked.Exchange(ref rate, value);
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    // What is paid beyond what is owed is saved up for no longer than a burst.
    private void Settle()
    {
        var (now, rate) = (time.GetTimestamp(), Rate);
        _paid = rate == 0 ? _owed : Math.Min(_paid + (time.GetElapsedTime(_settledAt, now).TotalSeconds * rate), _owed + (Burst * rate));
        _settledAt = now;
    }

    private TimeSpan WaitFor(double mark) => Rate is var rate && rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((mark - _paid) / rate);

    private static long Least(long one, long other) => one == 0 || (other != 0 && other < one) ? other : one;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
