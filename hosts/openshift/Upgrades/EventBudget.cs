namespace Handcarry.Hosts.OpenShift.Upgrades;

/// <summary>How many events may be sent: so many at once, and one more each so often. For one caller at a time.</summary>
/// <param name="time">The clock.</param>
/// <param name="burst">How many at once.</param>
/// <param name="every">After how long there is one more.</param>
internal sealed class EventBudget(TimeProvider time, int burst, TimeSpan every)
{
    private double _left = burst;
    private long _counted = time.GetTimestamp();

    /// <summary>False when nothing is left.</summary>
    public bool TryTake()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(burst, _left + (time.GetElapsedTime(_counted, now) / every));
        _counted = now;
        if (_left < 1)
            return false;
        _left--;
        return true;
    }
}
