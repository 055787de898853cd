namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>The times of a watch.</summary>
public sealed record WatchTiming
{
    /// <summary>
    /// How long the server is asked to keep one watch open before the next one goes on from where it ended; up to a quarter more, at
    /// random. Bounds how long a connection that died silently can keep changes from us.
    /// </summary>
    public TimeSpan Lasting { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How much longer than asked a watch may last before it counts as dead.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause after the first failure; doubles with each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>After this time without success the API is reported as away.</summary>
    public TimeSpan AwayAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Randomness of pauses: from 0 up to, not including, 1.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>The pause after <paramref name="failures"/> failures in a row (from 1): half of it fixed, half at random.</summary>
    internal TimeSpan Pause(int failures)
    {
        var whole = FirstPause * Math.Pow(2, Math.Min(failures - 1, 16));
        return (whole < LongestPause ? whole : LongestPause) * (0.5 + (0.5 * Jitter()));
    }
}
