using System.Diagnostics;
using System.Text.Json.Nodes;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Carry;

/// <summary>Agents on a network of shaped links, one of which gets a throttled medium; nothing is imported before the end of the measurement.</summary>
internal static class CarryRun
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <param name="nodes">How many agents.</param>
    /// <param name="size">Bytes of layers, about.</param>
    /// <param name="link">Bytes a second of each link, 0 for unlimited.</param>
    /// <param name="medium">Bytes a second of the medium, 0 for unlimited.</param>
    /// <param name="trace">Writes what came in at each node, and when; null for nothing of that.</param>
    /// <param name="cancellationToken">Gives up; everything is removed.</param>
    public static async Task<CarryFigures> RunAsync(int nodes, long size, long link, long medium, CarryTrace? trace, CancellationToken cancellationToken)
    {
        var folder = await SiteFolder.CreateAsync(cancellationToken);
        StickSpeed? speed = null;
        try
        {
            var release = ReleaseMaker.Make(new ReleaseOptions { Images = 6, Size = size }, folder.Release, Busybox.Read(), cancellationToken);
            var signer = await ReleaseSigner.SignAsync(release, TimeProvider.System, cancellationToken);
            var bundle = await ReleaseBundle.WriteAsync(release, signer.Signature, folder.Root, cancellationToken);
            var options = new SiteOptions { Nodes = nodes, Link = link, Settings = new Dictionary<string, string> { ["load.skopeo"] = Patient(folder) } };
            await using var site = await LabSite.StartAsync(folder, options, release, signer.PublicKey, cancellationToken);
            var supervisor = await site.SupervisorAsync(cancellationToken);
            await JoinedAsync(site, cancellationToken);
            var source = site.Nodes.First(node => node.Name != supervisor);

            var held = Path.Combine(source.Root, "sdb");
            var stick = await LoopMedium.InsertAsync(bundle.Path, held, cancellationToken);
            if (medium > 0)
            {
                var number = (await Tool.RunAsync("stat", ["--format=%Hr:%Lr", held], cancellationToken)).Trim();
                speed = StickSpeed.Begin(number, medium) ?? throw new LabException("There is no block throttle (blkio.throttle or io.max) in this kernel, or it may not be set.");
                speed.Admit(source.Agent.ProcessId ?? throw new LabException($"The agent of {source.Name} is not running."));
            }

            var dd = Stopwatch.StartNew();
            await Tool.RunAsync("dd", [$"if={held}", "of=/dev/null", "bs=1M"], cancellationToken);
            dd.Stop();
            await Tool.RunAsync("blockdev", ["--flushbufs", held], cancellationToken);
            var read = stick.BytesRead ?? 0;

            var blobs = Directory.EnumerateFiles(Path.Combine(release.Blobs.Root, "blobs", "sha256")).Select(Path.GetFileName).Where(static name => name![0] != '.').ToList();
            var before = site.Nodes.Select(Usage.Of).ToList();
            await using var timeline = trace is null ? null : Timeline.Begin(site.Nodes, trace.Interval);
            var time = Stopwatch.StartNew();
            File.Move(held, Path.Combine(source.MediaFolder, "sdb"));
            foreach (var node in site.Nodes)
            {
                foreach (var blob in blobs)
                {
                    while (!File.Exists(Path.Combine(node.StatePath, "blobs", "sha256", blob!)))
                    {
                        site.ThrowIfAgentDied();
                        await Task.Delay(Look, cancellationToken);
                    }
                }
            }

            time.Stop();
            if (timeline is not null)
                await timeline.WriteAsync(trace!.Table, link);
            var used = site.Nodes.Select(Usage.Of).Zip(before, static (after, begin) => after - begin).ToList();
            var relays = used.Where((use, i) => site.Nodes[i] != source && use.Sent > size / 2).ToList();
            return new CarryFigures(
                time.Elapsed.TotalSeconds,
                dd.Elapsed.TotalSeconds,
                relays.Count == 0 ? double.NaN : relays.Max(static use => use.Processor) * 1e9 / bundle.Size,
                used.Sum(static use => use.Processor) / time.Elapsed.TotalSeconds / Environment.ProcessorCount,
                site.Nodes.Max(static node => node.Agent.PeakMemory),
                (double)((stick.BytesRead ?? 0) - read) / bundle.Size,
                (double)used.Max(static use => use.Received) / bundle.Size);
        }
        finally
        {
            await SiteSweep.RunAsync(folder, delete: true);
            speed?.Dispose();
        }
    }

    // Images are loaded only after the measurement, which is never here: the site ends before.
    private static string Patient(SiteFolder folder)
    {
        var path = Path.Combine(folder.Root, "skopeo");
        File.WriteAllText(path, "#!/bin/sh\ncase \" $* \" in *' copy '*) exec sleep 3600 ;; esac\nexec skopeo \"$@\"\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    // Whoever inserts a medium finds a site that has been up for long: the supervisor has heard of every agent.
    private static async Task JoinedAsync(LabSite site, CancellationToken cancellationToken)
    {
        while ((await site.Api.GetAsync($"{SiteApi.Upgrades}/{SiteApi.UpgradeName}", cancellationToken))?["status"]?["nodes"] is not JsonArray nodes
            || nodes.Count(static node => (string?)node?["reason"] is null or "") < site.Nodes.Count)
        {
            site.ThrowIfAgentDied();
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }
}
