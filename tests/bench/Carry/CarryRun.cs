using System.Diagnostics;
using System.Globalization;
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
    /// <param name="cancellationToken">Gives up; everything is removed.</param>
    public static async Task<CarryFigures> RunAsync(int nodes, long size, long link, long medium, CancellationToken cancellationToken)
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

    // Akka.NET's words on a member that has been let in; the first member founds the cluster and is let in by itself.
    private static async Task JoinedAsync(LabSite site, CancellationToken cancellationToken)
    {
        while (site.Nodes.Count(static node => node.Agent.LastWords(1000).Contains("Welcome from", StringComparison.Ordinal)) < site.Nodes.Count - 1)
        {
            site.ThrowIfAgentDied();
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    private sealed record Usage(double Processor, long Received, long Sent)
    {
        private static readonly double TicksPerSecond = 100; // USER_HZ, the same on every architecture that .NET runs on (proc(5))

        public static Usage operator -(Usage one, Usage other) => new(one.Processor - other.Processor, one.Received - other.Received, one.Sent - other.Sent);

        // Fields 14 and 15 of stat, and the columns of net/dev, which a process sees for its own namespace (proc(5)).
        public static Usage Of(SiteNode node)
        {
            var id = node.Agent.ProcessId ?? throw new LabException($"The agent of {node.Name} is not running:\n{node.Agent.LastWords()}");
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var port = File.ReadLines($"/proc/{id}/net/dev").Single(static line => line.TrimStart().StartsWith("eth0:", StringComparison.Ordinal));
            var counts = port[(port.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return new Usage((Number(fields[11]) + Number(fields[12])) / TicksPerSecond, Number(counts[0]), Number(counts[8]));
        }

        private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
