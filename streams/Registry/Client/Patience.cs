namespace Handcarry.Streams.Registry.Client;

/// <summary>How much longer a fetch may fail: the budget is time without progress, because what matters is whether the network comes back.</summary>
internal sealed class Patience(TimeSpan giveUpAfter, TimeProvider time)
{
    private readonly TimeSpan _giveUpAfter = giveUpAfter;
    private long _since = time.GetTimestamp();
    private TimeSpan _excused;

    /// <summary>Bytes that came for good, in all attempts together.</summary>
    public long Bytes { get; private set; }

    /// <summary>The whole budget.</summary>
    public TimeSpan Budget => _giveUpAfter;

    /// <summary>What is left of it; negative when it is used up.</summary>
    public TimeSpan Left => _giveUpAfter + _excused - time.GetElapsedTime(_since);

    public void Progress(int bytes)
    {
        Bytes += bytes;
        _since = time.GetTimestamp();
        _excused = TimeSpan.Zero;
    }

    /// <summary>Time that passed while nothing was attempted does not count.</summary>
    public void Excuse(TimeSpan waited) => _excused += waited;
}
