using System.Diagnostics;

namespace Handcarry.Bench.Load;

/// <summary>Lets a way load its images on the disk, and says what it took.</summary>
internal sealed class LoadMeter(OwnDisk disk, LoadSource source)
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it on the emptied disk and ends it.</summary>
    /// <exception cref="InvalidOperationException">An image is not visible at the end.</exception>
    public async Task<LoadCost> RunAsync(ILoadWay way, CancellationToken cancellationToken)
    {
        await disk.ClearAsync();
        var (before, empty, peak) = (disk.WrittenBytes, disk.UsedBytes, 0L);
        try
        {
            await way.ArriveAsync(cancellationToken);
            await disk.SyncAsync();
            var arrived = disk.WrittenBytes - before;

            using var done = new CancellationTokenSource();
            var sampling = SampleAsync(done.Token);
            var processor = ProcessorTime.Of(way.Workers);
            var clock = Stopwatch.StartNew();
            var visible = await way.LoadAsync(cancellationToken);
            var seconds = clock.Elapsed.TotalSeconds;
            processor = ProcessorTime.Of(way.Workers) - processor;
            await done.CancelAsync();
            await sampling;
            await disk.SyncAsync();
            if (source.Names.Where(name => !visible.Contains(name)).ToList() is [var lacking, ..])
                throw new InvalidOperationException($"{way.Name}: {lacking} is not visible after loading.");
            return new LoadCost(seconds, processor, arrived, disk.WrittenBytes - before - arrived, Math.Max(peak, disk.UsedBytes - empty));
        }
        finally
        {
            await way.DisposeAsync();
        }

        async Task SampleAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                peak = Math.Max(peak, disk.UsedBytes - empty);
                await Task.Delay(SampleEvery, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
