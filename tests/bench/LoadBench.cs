using System.Globalization;
using System.Runtime.InteropServices;
using Handcarry.Bench.Create;
using Handcarry.Bench.Load;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Bench;

/// <summary>
/// The same images loaded on one disk by every way there is, taking turns: the sealed store, the layer store, a pull by a real containerd, and plain <c>skopeo copy</c>. Then the
/// proof of the sealed store against doing it by hand, and the first start of a container against one from an unpacked store.
/// </summary>
internal sealed class LoadBench : IBench
{
    private const string Images = "--images", Only = "--only";

    // Starts differ by a fifth from each other, and take less than a second.
    private const int StartsPerRound = 5;

    public string Name => "load";

    public string Summary => "images into a node's storage by each way: --images N --only ways,proof,start,parallel";

    public BenchOptions Defaults { get; } = new(false, 300, 3) { Own = new Dictionary<string, string> { [Images] = "24", [Only] = "ways,proof,start" } };

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(BenchOptions options, TextWriter table)
    {
        if (!LoopMedium.IsPossible)
        {
            table.WriteLine("Nothing can be measured: mounting, and unpacking layers, needs root and loop devices.");
            return new Dictionary<string, double>();
        }
        foreach (var abandoned in SiteFolder.Abandoned().ToList())
            await SiteSweep.RunAsync(abandoned, delete: true);

        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        var folder = await SiteFolder.CreateAsync(stop.Token);
        // Whatever is started keeps its temporary files there, too, so that the next run finds them if this one is killed.
        Environment.SetEnvironmentVariable("TMPDIR", folder.Root);
        try
        {
            return await RunAsync(options, table, folder.Root, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await SiteSweep.RunAsync(folder, delete: true);
            await Console.Error.WriteLineAsync("Stopped by a signal; everything is removed.");
            Environment.Exit(130);
            throw;
        }
        finally
        {
            await SiteSweep.RunAsync(folder, delete: true);
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<IReadOnlyDictionary<string, double>> RunAsync(BenchOptions options, TextWriter table, string folder, CancellationToken cancellationToken)
    {
        var only = options.Own[Only].Split(',');
        var plan = ReleasePlan.For(new ReleaseOptions { Images = int.Parse(options.Own[Images], CultureInfo.InvariantCulture), Size = options.Megabytes * 1_000_000L }.Validated());
        var source = await LoadSource.MakeAsync(plan, folder, cancellationToken);
        var release = source.Release;
        table.WriteLine($"{release.Images.Count} images, {release.LayerBytes / 1e6:0} MB of layers ({release.UnpackedBytes / 1e6:0} MB unpacked), sealed store {source.StoreBytes / 1e6:0} MB");

        // Layers compressed and unpacked, the sealed store, and as much again for whatever a tool keeps meanwhile.
        await using var disk = await OwnDisk.CreateAsync(folder, 2 * (release.LayerBytes + release.UnpackedBytes + source.StoreBytes) + (1L << 30), cancellationToken);
        var figures = new Figures();
        var rounds = new LoadRounds(options.Rounds, table, source, disk, figures);
        if (only.Contains("ways"))
            await rounds.CompareAsync(cancellationToken);
        if (only.Contains("parallel"))
            await rounds.TryLayerStoreAsync(cancellationToken);
        if (only.Contains("proof"))
            await ProveAsync(options.Rounds, table, source, folder, figures, cancellationToken);
        if (only.Contains("start"))
            await StartAsync(options.Rounds * StartsPerRound, table, source, disk, folder, figures, cancellationToken);
        return figures.Medians;
    }

    private static async Task ProveAsync(int rounds, TextWriter table, LoadSource source, string folder, Figures figures, CancellationToken cancellationToken)
    {
        await using var speed = await ProofSpeed.PrepareAsync(source, folder, cancellationToken);
        // The runtime compiles the proof while it first runs: in an agent that is once in its life, here it would be a part of every figure.
        await speed.ByHandAsync(cancellationToken);
        await speed.ProveAsync(cancellationToken);
        table.WriteLine($"{"round",5} {"by hand s",10} {"proof s",10} {"speed",10} {"by hand CPU s",14} {"proof CPU s",12} {"MB/s",6}");
        for (var round = 1; round <= rounds; round++)
        {
            var byHand = await speed.ByHandAsync(cancellationToken);
            var proof = await speed.ProveAsync(cancellationToken);
            figures.Add("load.proof_speed_over_dgst", byHand.Seconds / proof.Seconds);
            figures.Add("load.proof_cpu_over_dgst", proof.Processor / byHand.Processor);
            figures.Add("load.proof_mb_s", source.Release.UnpackedBytes / 1e6 / proof.Seconds);
            table.WriteLine(
                $"{round,5} {byHand.Seconds,10:0.00} {proof.Seconds,10:0.00} {byHand.Seconds / proof.Seconds,10:0.00} {byHand.Processor,14:0.00} {proof.Processor,12:0.00} {source.Release.UnpackedBytes / 1e6 / proof.Seconds,6:0}");
            await table.FlushAsync(cancellationToken);
        }
    }

    private static async Task StartAsync(int starts, TextWriter table, LoadSource source, OwnDisk disk, string folder, Figures figures, CancellationToken cancellationToken)
    {
        await using var start = await ColdStart.PrepareAsync(source, disk, Path.Combine(folder, "p"), cancellationToken);
        // The first start makes podman's own storage, and is not counted.
        await start.UnpackedAsync(cancellationToken);
        List<double> fromSealed = [], unpacked = [];
        for (var i = 0; i < starts; i++)
        {
            if (i % 2 == 0)
                fromSealed.Add(await start.SealedAsync(cancellationToken));
            unpacked.Add(await start.UnpackedAsync(cancellationToken));
            if (i % 2 != 0)
                fromSealed.Add(await start.SealedAsync(cancellationToken));
        }
        figures.Add("load.start_over_unpacked", Median.Of(fromSealed) / Median.Of(unpacked));
        table.WriteLine($"first start, median of {starts}: sealed {Median.Of(fromSealed):0.00} s, unpacked {Median.Of(unpacked):0.00} s");
    }
}
