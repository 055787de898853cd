using System.Runtime.CompilerServices;

namespace Handcarry.ClusterConfig.Tests;

/// <summary>Waits for a condition, never for a duration.</summary>
internal static class Until
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    public static async Task True(Func<bool> condition, Func<string>? state = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Deadline)
                throw new TimeoutException($"not within {Deadline.TotalSeconds} s: {what} {state?.Invoke()}");
            await timer.WaitForNextTickAsync();
        }
    }
}
