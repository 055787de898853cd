namespace Handcarry.Cli.Rendering;

/// <summary>
/// The speed of a stage, smoothed: what was done counts half after <see cref="HalfLife"/> seconds, and so does the time it took. Long enough that the
/// time left does not jump, short enough that a stall shows.
/// </summary>
internal sealed class StageSpeed
{
    private const double HalfLife = 4;

    private long _seen;
    private double _bytes;
    private double _seconds;

    /// <summary>Bytes per second; null before the first sample.</summary>
    public double? BytesPerSecond => _seconds > 0 ? _bytes / _seconds : null;

    /// <summary>Takes note that <paramref name="bytes"/> are done in all, <paramref name="since"/> after the last sample.</summary>
    public void Sample(long bytes, TimeSpan since)
    {
        var decay = Math.Pow(0.5, since.TotalSeconds / HalfLife);
        _bytes = (_bytes * decay) + bytes - _seen;
        _seconds = (_seconds * decay) + since.TotalSeconds;
        _seen = bytes;
    }
}
