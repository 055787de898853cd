using System.Diagnostics;

namespace Handcarry.Twins;

/// <summary>Waits for conditions, with a deadline that only a broken test reaches.</summary>
public static class Eventually
{
    /// <summary>How long a test waits before it fails.</summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Returns when <paramref name="condition"/> holds; asks again every few milliseconds.</summary>
    public static async Task HoldsAsync(Func<bool> condition, string what) =>
        await HoldsAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="HoldsAsync(Func{bool}, string)"/>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Deadline, $"Not within {Deadline.TotalSeconds} s: {what}");
            await ticks.WaitForNextTickAsync();
        }
    }
}
