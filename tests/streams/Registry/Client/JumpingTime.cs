namespace Handcarry.Streams.Tests.Registry.Client;

/// <summary>
/// A clock that moves on by itself to whatever is waited for, so that retries need no time; only waits of an hour or more are left to
/// <see cref="Advance"/>. Tests set the time limits of their client to an hour where they must not pass.
/// </summary>
internal sealed class JumpingTime : TimeProvider
{
    public static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly List<Timer> _waiting = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Now
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + Now;

    public void Advance(TimeSpan by)
    {
        Timer[] due;
        lock (_gate)
        {
            _now += by;
            due = [.. _waiting.Where(timer => timer.Due <= _now)];
            _waiting.RemoveAll(due.Contains);
        }

        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(JumpingTime time, Action fire) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._waiting.Remove(this);
                if (dueTime < TimeSpan.Zero)
                    return true;
                if (dueTime < Long)
                {
                    time._now += dueTime;
                    ThreadPool.QueueUserWorkItem(_ => fire());
                    return true;
                }

                Due = time._now + dueTime;
                time._waiting.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._gate)
                time._waiting.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
