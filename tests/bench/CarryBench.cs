using System.Globalization;
using System.Runtime.InteropServices;
using Handcarry.Bench.Carry;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Bench;

/// <summary>
/// Real agents in network namespaces of their own bring a bundle from one medium to every node, against the slowest device alone and against other ways over the same links.
/// A round is a site of its own; what is divided was measured in the same round.
/// </summary>
internal sealed class CarryBench : IBench
{
    private const string Nodes = "--nodes";
    private const string Medium = "--medium";
    private const string Link = "--link";
    private const string NarrowLink = "--narrow-link";
    private const string Only = "--only";
    private const string Trace = "--trace";
    private const int RivalNodes = 5;
    private const long TlsBytes = 1_000_000_000;

    public string Name => "carry";

    public string Summary => "a bundle to every node of a site: --nodes 3,5,9 --medium MB/s --link MB/s --narrow-link MB/s --only medium,link,rivals,core --trace MS";

    public BenchOptions Defaults { get; } = new(false, 200, 1)
    {
        Own = new Dictionary<string, string> { [Nodes] = "3,5,9", [Medium] = "40", [Link] = "100", [NarrowLink] = "25", [Only] = "medium,link,rivals,core", [Trace] = "0" },
    };

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(BenchOptions options, TextWriter table)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        var figures = new Dictionary<string, List<double>>();
        if (await SiteNetwork.WhyNotAsync(stop.Token) is { } reason)
        {
            table.WriteLine($"Nothing can be measured: {reason}");
            return new Dictionary<string, double>();
        }

        foreach (var folder in SiteFolder.Abandoned().ToList())
            await SiteSweep.RunAsync(folder, delete: true);
        try
        {
            for (var round = 0; round < options.Rounds; round++)
                await RoundAsync(options, figures, table, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped by a signal; everything is removed.");
            Environment.Exit(130);
        }

        return figures.ToDictionary(static figure => figure.Key, static figure => Median.Of(figure.Value));
    }

    private static async Task RoundAsync(BenchOptions options, Dictionary<string, List<double>> figures, TextWriter table, CancellationToken cancellationToken)
    {
        void Add(string key, double value)
        {
            if (!figures.TryGetValue(key, out var values))
                figures[key] = values = [];
            values.Add(value);
        }

        var only = options.Own[Only].Split(',');
        var size = options.Megabytes * 1_000_000L;
        var (medium, link, narrow) = (Rate(options, Medium), Rate(options, Link), Rate(options, NarrowLink));
        var interval = TimeSpan.FromMilliseconds(double.Parse(options.Own[Trace], CultureInfo.InvariantCulture));
        var trace = interval > TimeSpan.Zero ? new CarryTrace(table, interval) : null;
        var nodes = options.Own[Nodes].Split(',').Select(static text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
        table.WriteLine($"{"nodes",5} {"slowest",-8} {"alone s",8} {"all s",8} {"ratio",6} {"CPU %",6} {"s/GB relay",10} {"MB",5} {"medium x",8} {"in x",6}");
        foreach (var count in nodes.Where(_ => only.Contains("medium")))
        {
            var run = await CarryRun.RunAsync(count, size, link, medium, trace, cancellationToken);
            Write(table, count, "medium", run.MediumSeconds, run);
            Add($"carry.n{count}.time_over_slowest_device", run.Seconds / run.MediumSeconds);
            Add("carry.rss_mb", run.Memory / 1e6);
        }

        var rivals = new Dictionary<int, double>();
        foreach (var count in nodes.Where(count => only.Contains("link") || (only.Contains("rivals") && count == RivalNodes)))
        {
            var alone = await OnNetworkAsync(2, size, narrow, static (rival, ct) => rival.LinkAsync(ct), cancellationToken);
            var run = await CarryRun.RunAsync(count, size, narrow, 0, trace, cancellationToken);
            Write(table, count, "link", alone, run);
            Add($"carry.n{count}.time_over_slowest_link", run.Seconds / alone);
            rivals[count] = run.Seconds;
        }

        if (only.Contains("rivals") && rivals.TryGetValue(RivalNodes, out var own))
        {
            (string Name, Func<Rivals, CancellationToken, Task<TimeSpan>> RunAsync)[] ways =
                [("star", static (r, ct) => r.StarAsync(ct)), ("bittorrent", static (r, ct) => r.BitTorrentAsync(ct)), ("skopeo", static (r, ct) => r.SkopeoAsync(ct))];
            foreach (var (name, way) in ways)
            {
                var seconds = await OnNetworkAsync(RivalNodes, size, narrow, way, cancellationToken);
                table.WriteLine($"{RivalNodes,5} {name,-10} {seconds,15:0.00} s; handcarry {own:0.00} s, {seconds / own:0.00} times as fast");
                Add($"carry.n{RivalNodes}.speedup_vs_{name}", seconds / own);
            }
        }

        if (only.Contains("core"))
        {
            var run = await CarryRun.RunAsync(3, size, 0, 0, trace, cancellationToken);
            var control = await TlsCopy.MeasureAsync(TlsBytes, cancellationToken);
            Write(table, 3, "none", double.NaN, run);
            table.WriteLine($"TLS copy and SHA-256 alone: {control:0.00} CPU s/GB; the relay: {run.RelayProcessor:0.00}");
            Add("carry.core_speed_over_tls_copy", control / run.RelayProcessor);
            Add("carry.cpu_s_per_gb", run.RelayProcessor);
        }
    }

    private static async Task<double> OnNetworkAsync(
        int nodes, long size, long link, Func<Rivals, CancellationToken, Task<TimeSpan>> runAsync, CancellationToken cancellationToken)
    {
        var folder = await SiteFolder.CreateAsync(cancellationToken);
        try
        {
            var release = ReleaseMaker.Make(new ReleaseOptions { Images = 6, Size = size }, folder.Release, Busybox.Read(), cancellationToken);
            var signer = await ReleaseSigner.SignAsync(release, TimeProvider.System, cancellationToken);
            var bundle = await ReleaseBundle.WriteAsync(release, signer.Signature, folder.Root, cancellationToken);
            await using var network = await SiteNetwork.CreateAsync(folder, nodes, link, cancellationToken);
            return (await runAsync(new Rivals(folder, network, nodes, release, bundle.Path), cancellationToken)).TotalSeconds;
        }
        finally
        {
            await SiteSweep.RunAsync(folder, delete: true);
        }
    }

    private static long Rate(BenchOptions options, string name) => (long)(double.Parse(options.Own[name], CultureInfo.InvariantCulture) * 1e6);

    private static void Write(TextWriter table, int nodes, string slowest, double alone, CarryFigures run)
    {
        table.WriteLine(
            $"{nodes,5} {slowest,-8} {alone,8:0.00} {run.Seconds,8:0.00} {run.Seconds / alone,6:0.00} {100 * run.Processor,6:0} {run.RelayProcessor,10:0.00} {run.Memory / 1e6,5:0} {run.MediumReads,8:0.000} {run.Received,6:0.000}");
        table.Flush();
    }
}
