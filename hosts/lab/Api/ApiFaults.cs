namespace Handcarry.Lab.Api;

/// <summary>What can be made to go wrong with the API server. May be set from any thread at any time; takes effect with the next request.</summary>
public sealed class ApiFaults
{
    private long _requests;
    private long _latencyTicks;
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

    internal void Count() => Interlocked.Increment(ref _requests);
}
