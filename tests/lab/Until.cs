namespace Handcarry.Lab.Tests;

/// <summary>Waits for a condition, with a deadline that only a defect reaches.</summary>
internal static class Until
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<bool> condition, Func<string> what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var since = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Deadline)
                throw new Xunit.Sdk.XunitException($"It did not happen within {Deadline.TotalSeconds} s: {what()}");
            await timer.WaitForNextTickAsync();
        }
    }
}
