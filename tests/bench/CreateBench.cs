using Handcarry.Bench.Create;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;
using Handcarry.Registries;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Bench;

/// <summary>
/// <c>handcarry create bundle</c> out of a registry on this machine, against <c>skopeo sync</c> of the same images into folders, taking turns; and sealing, against
/// importing the same images once. The layers consist of this machine's own files.
/// </summary>
internal sealed class CreateBench : IBench
{
    // What the release 4.17 has, about (reference/openshift.md section 1.5), and what the default demo has.
    private const int ManyImages = 190, SealedImages = 12;

    // Large enough that starting the programs counts for little.
    private const int LargeTimes = 3;

    public string Name => "create";

    public string Summary => "a bundle from a registry, against skopeo sync; sealing, against an import by skopeo";

    public BenchOptions Defaults { get; } = new(false, 200, 3);

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(BenchOptions options, TextWriter table)
    {
        var folder = Directory.CreateTempSubdirectory("handcarry-bench-").FullName;
        try
        {
            await using var registry = await RegistryProcess.StartAsync(new RegistryOptions { Folder = Path.Combine(folder, "registry") });
            return await new Rounds(options, table, registry, MachineFiles.Find(), folder).RunAsync();
        }
        finally
        {
            await Tool.RunAsync("rm", ["-rf", folder], CancellationToken.None);
        }
    }

    private sealed class Rounds(BenchOptions options, TextWriter table, RegistryProcess registry, MachineFiles files, string folder)
    {
        private readonly Dictionary<string, double> _figures = [];
        private long _peakResident;

        private string Output => Path.Combine(folder, "output");

        public async Task<IReadOnlyDictionary<string, double>> RunAsync()
        {
            var size = options.Megabytes * 1_000_000L;
            var many = await ReleaseAsync("many", ReleasePlan.For(new ReleaseOptions { Images = ManyImages, Size = size }));
            await CountAsync(many);
            await CompareAsync("many", many);
            await CompareAsync("large", await ReleaseAsync("large", BenchRelease.TenLarge(LargeTimes * size)));
            _figures["create.rss_mb"] = _peakResident / 1e6;
            await SealAsync(await ReleaseAsync("sealed", ReleasePlan.For(new ReleaseOptions { Images = SealedImages, Size = size })));
            return _figures;
        }

        private async Task<BenchRelease> ReleaseAsync(string name, ReleasePlan plan)
        {
            var release = BenchRelease.Make(plan, files, Path.Combine(folder, name));
            await release.PushAsync(registry);
            table.WriteLine($"{name}: {release.Images.Count} images, {release.LayerBytes / 1e6:0} MB of layers ({release.UnpackedBytes / 1e6:0} MB unpacked), {release.LayerBytesOfEachImage / 1e6:0} MB when each image has its own");
            return release;
        }

        /// <summary>One run that is not timed, for what has to be counted. It also makes everything warm.</summary>
        private async Task CountAsync(BenchRelease release)
        {
            await using var counting = await CountingRegistry.StartAsync(registry.Endpoint);
            long peak = 0;
            var run = await CleanAsync(() => CreateRun.RunAsync(release, counting.Authority, "layers", Output, () => peak = Math.Max(peak, DiskUse.Of(Output))));
            var blobs = release.Images.SelectMany(static image => image.Layers.Concat(image.Configs).Concat(image.Manifests)).DistinctBy(static blob => blob.Digest);
            _figures["create.peak_disk_over_bundle"] = (double)peak / run.Size;
            _figures["create.downloaded_over_unique"] = (double)counting.Sent.Values.Sum() / blobs.Sum(static blob => blob.Size);
            _peakResident = run.Run.PeakResident;
        }

        private async Task CompareAsync(string name, BenchRelease release)
        {
            table.WriteLine($"{"round",5} {"skopeo sync s",14} {"create s",10} {"speedup",10} {"create MB",10}");
            List<double> speedups = [];
            for (var round = 1; round <= options.Rounds; round++)
            {
                var synced = await CleanAsync(() => SkopeoRun.SyncAsync(release, registry.Authority, Output));
                var created = (await CleanAsync(() => CreateRun.RunAsync(release, registry.Authority, "layers", Output))).Run;
                _peakResident = Math.Max(_peakResident, created.PeakResident);
                speedups.Add(synced.Elapsed / created.Elapsed);
                table.WriteLine($"{round,5} {synced.Elapsed.TotalSeconds,14:0.00} {created.Elapsed.TotalSeconds,10:0.00} {speedups[^1],10:0.00} {created.PeakResident / 1e6,10:0}");
            }
            _figures[$"create.{name}.speedup_vs_skopeo_sync"] = Median.Of(speedups);
        }

        private async Task SealAsync(BenchRelease release)
        {
            table.WriteLine($"{"round",5} {"import s",14} {"sealing s",10} {"time",10} {"size",10}");
            List<double> times = [];
            for (var round = 1; round <= options.Rounds; round++)
            {
                var imported = await SkopeoRun.ImportAsync(release, Path.Combine(folder, "import"));
                var (sealing, store) = await CleanAsync(() => SealedAsync(release));
                times.Add(sealing / imported);
                _figures["seal.size_over_layers"] = (double)store / release.LayerBytes;
                table.WriteLine($"{round,5} {imported.TotalSeconds,14:0.00} {sealing.TotalSeconds,10:0.00} {times[^1],10:0.00} {_figures["seal.size_over_layers"],10:0.000}");
            }
            _figures["seal.time_over_skopeo_import"] = Median.Of(times);
        }

        // All that is done beyond what plain layers need: unpacking, syncing, proving, packing and hashing.
        private async Task<(TimeSpan Sealing, long Store)> SealedAsync(BenchRelease release)
        {
            var run = await CreateRun.RunAsync(release, registry.Authority, "sealed", Output);
            using var file = PartedFile.Open([run.Bundle]);
            var bundle = await BundleFile.OpenAsync(file, new BundleLimits(), CancellationToken.None);
            var store = bundle.Inventory.Blobs.Single(static blob => blob.MediaType == MediaTypes.SealedStore);
            return (run.EndOf("Hashing the store") - run.EndOf("Downloading"), store.Size);
        }

        private async Task<T> CleanAsync<T>(Func<Task<T>> run)
        {
            Directory.CreateDirectory(Output);
            try
            {
                return await run();
            }
            finally
            {
                Directory.Delete(Output, recursive: true);
            }
        }
    }
}
