namespace Handcarry.Lab.Api;

/// <summary>What can be made to go wrong with the API server. May be set from any thread at any time; takes effect with the next request.</summary>
public sealed class ApiFaults
{
    private long _requests;
    private long _latencyTicks;
    private long _throttled;
    private volatile ApiOutage _outage;

    /// <summary>How requests fail; watches that are open go on, see <see cref="LabApiServer.DropWatches"/>.</summary>
    public ApiOutage Outage
    {
        get => _outage;
        set => _outage = value;
    }

    /// <summary>How long each request waits before it is looked at.</summary>
    public TimeSpan Latency
    {
        get => new(Interlocked.Read(ref _latencyTicks));
        set => Interlocked.Exchange(ref _latencyTicks, value.Ticks);
    }

    /// <summary>How many requests have come so far, whatever became of them.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>How many of the next requests are sent away with 429 and Retry-After, as priority and fairness does when its queues are full.</summary>
    public long Throttle
    {
        get => Interlocked.Read(ref _throttled);
        set => Interlocked.Exchange(ref _throttled, value);
    }

    /// <summary>Whether this request is one of those to be sent away.</summary>
    internal bool TakeThrottle()
    {
        while (Interlocked.Read(ref _throttled) is var left and > 0)
        {
            if (Interlocked.CompareExchange(ref _throttled, left - 1, left) == left)
                return true;
        }
        return false;
    }

    internal void Count() => Interlocked.Increment(ref _requests);
}
