namespace Handcarry.Streams.Tests.Replication;

/// <summary>Waits for conditions that nobody announces.</summary>
internal static class Until
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        using var give = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        try
        {
            while (!condition())
                await timer.WaitForNextTickAsync(give.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Not within {Deadline.TotalSeconds} s: {what}");
        }
    }

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Deadline);

    public static Task InTime(this Task task) => task.WaitAsync(Deadline);
}
