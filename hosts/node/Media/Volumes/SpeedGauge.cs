using Handcarry.Actors.Node;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>
/// Measures how fast a medium is by the time spent waiting for it, which neither a slow disk nor a pause of the reader distorts: after the first
/// two seconds of that, and then each ten. One thread adds, any may ask for the figure.
/// </summary>
internal sealed class SpeedGauge(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2), Then = TimeSpan.FromSeconds(10);

    private TimeSpan _busy;
    private TimeSpan _next = First;
    private long _bytes;
    private volatile MediumSpeed? _speed;

    /// <summary>The newest figure; null before the first.</summary>
    public MediumSpeed? Speed => _speed;

    /// <summary>The time now, to be given to <see cref="Add"/>.</summary>
    public long Start() => time.GetTimestamp();

    /// <summary>So many bytes came since <paramref name="start"/>, the last of them before <paramref name="position"/>.</summary>
    public void Add(long start, int bytes, long position)
    {
        _busy += time.GetElapsedTime(start);
        _bytes += bytes;
        if (_busy < _next || _bytes == 0)
            return;
        _speed = new MediumSpeed(_bytes / _busy.TotalSeconds, position);
        (_busy, _bytes, _next) = (TimeSpan.Zero, 0, Then);
    }
}
