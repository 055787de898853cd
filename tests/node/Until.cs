namespace Handcarry.Hosts.Node.Tests;

/// <summary>Waits for a condition that nothing announces.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            if (deadline.IsCancellationRequested)
                throw new TimeoutException($"Not within a minute: {what}.");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
