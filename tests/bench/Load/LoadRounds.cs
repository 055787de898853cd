using Handcarry.Actors.Node;

namespace Handcarry.Bench.Load;

/// <summary>Rounds in which the ways take turns.</summary>
internal sealed class LoadRounds(int rounds, TextWriter table, LoadSource source, OwnDisk disk, Figures figures)
{
    private readonly LoadMeter _meter = new(disk, source);

    /// <summary>Every way against <c>skopeo copy</c>.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        WriteHead();
        for (var round = 1; round <= rounds; round++)
        {
            var shown = await RunAsync(round, new SealedWay(source, disk.Root, proved: false), cancellationToken);
            var proved = await RunAsync(round, new SealedWay(source, disk.Root, proved: true), cancellationToken);
            var layers = await RunAsync(round, new LayerStoreWay(source, disk.Root, source.Imported, parallel: 1), cancellationToken);
            var pulled = await RunAsync(round, new CriPullWay(source, disk.Root), cancellationToken);
            var skopeo = await RunAsync(round, new SkopeoWay(source, disk.Root), cancellationToken);
            foreach (var (way, cost) in ((string, LoadCost)[])[("sealed", shown), ("layers", layers), ("pull", pulled), ("skopeo", skopeo)])
            {
                figures.Add($"load.{way}.visible_s", cost.Seconds);
                figures.Add($"load.{way}.cpu_s", cost.Processor);
                figures.Add($"load.{way}.peak_disk_over_layers", (double)cost.PeakDisk / source.Release.LayerBytes);
            }
            figures.Add("load.sealed.proved_s", proved.Seconds);
            figures.Add("load.sealed.proved_cpu_s", proved.Processor);
            figures.Add("load.sealed.visible_speedup_vs_skopeo", skopeo.Seconds / shown.Seconds);
            figures.Add("load.sealed.proved_speedup_vs_skopeo", skopeo.Seconds / proved.Seconds);
            figures.Add("load.sealed.cpu_over_skopeo", shown.Processor / skopeo.Processor);
            figures.Add("load.sealed.proved_cpu_over_skopeo", proved.Processor / skopeo.Processor);
            figures.Add("load.sealed.written_over_bundle", (double)(proved.Arrived + proved.Written) / source.StoreBytes);
            figures.Add("load.layers.written_over_bundle", (double)(layers.Arrived + layers.Written) / source.Release.LayerBytes);
            figures.Add("load.layers.speed_over_skopeo", skopeo.Seconds / layers.Seconds);
        }
    }

    /// <summary>The layer store with several imports at a time, and in other orders.</summary>
    public async Task TryLayerStoreAsync(CancellationToken cancellationToken)
    {
        WriteHead();
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (order, images) in Orders())
            {
                foreach (var parallel in (int[])[1, 2, 4])
                {
                    var cost = await RunAsync(round, new LayerStoreWay(source, disk.Root, images, parallel) { Order = order }, cancellationToken);
                    figures.Add($"load.layers.{order}.p{parallel}_s", cost.Seconds);
                    figures.Add($"load.layers.{order}.p{parallel}_cpu_s", cost.Processor);
                }
            }
        }
    }

    private IEnumerable<(string Order, IReadOnlyList<StoreImage> Images)> Orders()
    {
        var sized = source.Imported.Zip(source.Release.Images, static (image, blobs) => (Image: image, Size: blobs.Layers.Sum(static layer => layer.Size))).ToList();
        yield return ("bundle", source.Imported);
        yield return ("largest", [.. sized.OrderByDescending(static image => image.Size).Select(static image => image.Image)]);
        yield return ("smallest", [.. sized.OrderBy(static image => image.Size).Select(static image => image.Image)]);
    }

    private void WriteHead() => table.WriteLine($"{"round",5} {"way",-32} {"visible s",10} {"CPU s",8} {"arrived MB",11} {"written MB",11} {"peak MB",8}");

    private async Task<LoadCost> RunAsync(int round, ILoadWay way, CancellationToken cancellationToken)
    {
        var cost = await _meter.RunAsync(way, cancellationToken);
        table.WriteLine($"{round,5} {way.Name,-32} {cost.Seconds,10:0.00} {cost.Processor,8:0.00} {cost.Arrived / 1e6,11:0} {cost.Written / 1e6,11:0} {cost.PeakDisk / 1e6,8:0}");
        await table.FlushAsync(cancellationToken);
        return cost;
    }
}
