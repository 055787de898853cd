namespace Handcarry.Cli.Rendering;

/// <summary>
/// The speed of a stage, smoothed: an exponential moving average in which a second counts half of what it did
/// <see cref="HalfLife"/> seconds later. Long enough that the time left does not jump, short enough that a stall shows.
/// </summary>
internal sealed class StageSpeed
{
    private const double HalfLife = 4;

    private long _bytes;

    /// <summary>Bytes per second; null before the first sample.</summary>
    public double? BytesPerSecond { get; private set; }

    /// <summary>Takes note that <paramref name="bytes"/> are done in all, <paramref name="since"/> after the last sample.</summary>
    public void Sample(long bytes, TimeSpan since)
    {
        if (since <= TimeSpan.Zero)
            return;
        var now = (bytes - _bytes) / since.TotalSeconds;
        _bytes = bytes;
        BytesPerSecond = BytesPerSecond is { } before ? now + ((before - now) * Math.Pow(0.5, since.TotalSeconds / HalfLife)) : now;
    }
}
