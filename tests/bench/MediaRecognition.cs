using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Handcarry.Streams.Tests.Bundles;

namespace Handcarry.Bench;

/// <summary>
/// How long it takes from "udev is done with the stick" until the bundle on it is known, and what watching costs while nothing happens. The stick is a loop
/// device with ext4 and a file <c>upgrade-*.tar</c>; udev is a real one, in namespaces of its own; the watching part of an agent is a process of its own.
/// </summary>
internal sealed partial class MediaRecognition(TextWriter table, string folder)
{
    // So high that nobody who wants just any loop device gets it.
    private const int Loop = 1500;

    private const int Rounds = 9;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10), Idle = TimeSpan.FromSeconds(30), Patience = TimeSpan.FromSeconds(60);

    private static readonly string Node = $"/dev/loop{Loop}", Number = $"7:{Loop}";

    /// <summary>The figures; none, with a line on the reason, where there can be no udev.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync()
    {
        using var sandbox = SandboxUdev.Start(out var lacking);
        if (sandbox is null)
        {
            table.WriteLine($"recognising a medium is not measured: no systemd can be run here: {lacking}");
            return new Dictionary<string, double>();
        }
        var image = await StickAsync();
        string[] watcher = [Environment.ProcessPath!, MediaWatchChild.Word, Node, $"{sandbox.Root}/run/dbus/system_bus_socket", Path.Combine(folder, "watch-mounts")];
        // udev's events stay in its network namespace; everything else is this machine's.
        using var child = Process.Start(new ProcessStartInfo("nsenter", ["--target", $"{sandbox.Init}", "--net", "--", .. watcher]) { RedirectStandardOutput = true })!;
        try
        {
            // What is there already is found out of udev's notes, which are not at their place for it.
            using (var late = new CancellationTokenSource(Patience))
            {
                while (!Listens(child.Id))
                    await Task.Delay(50, late.Token);
            }
            List<double> seconds = [];
            for (var round = 0; round <= Rounds; round++)
            {
                var took = await RecogniseAsync(sandbox, child, image);
                if (round > 0)
                    seconds.Add(took);
            }
            table.WriteLine($"recognised in {Median.Of(seconds) * 1000:0} ms, at most {seconds.Max() * 1000:0} ms, {Rounds} rounds after one that does not count");
            // What the last round left to be compiled and collected.
            await Task.Delay(Settling);
            var before = Processor(child.Id);
            var clock = Stopwatch.StartNew();
            await Task.Delay(Idle);
            var percent = (Processor(child.Id) - before) / clock.Elapsed.TotalSeconds * 100;
            table.WriteLine($"watching takes {percent:0.0000} % of a core over {Idle.TotalSeconds:0} s in which nothing was inserted by this bench");
            return new Dictionary<string, double> { ["media.recognised_s"] = Median.Of(seconds), ["media.recognised_max_s"] = seconds.Max(), ["media.idle_cpu_percent"] = percent };
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync();
        }
    }

    private static async Task<double> RecogniseAsync(SandboxUdev sandbox, Process child, string image)
    {
        MediaBench.Run("losetup", Node, image);
        try
        {
            var said = (await NextAsync(child)).Split(' ');
            var done = sandbox.DoneWith(Number) ?? throw new InvalidOperationException($"udev has no notes of {Node}, though a bundle was recognised on it.");
            return (new DateTime(long.Parse(said[0], CultureInfo.InvariantCulture), DateTimeKind.Utc) - done).TotalSeconds;
        }
        finally
        {
            MediaBench.Run("blockdev", "--setrw", Node);
            MediaBench.Run("losetup", "--detach", Node);
            await NextAsync(child);
        }
    }

    private static async Task<string> NextAsync(Process child) =>
        await child.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException("The process that watches has ended.");

    private async Task<string> StickAsync()
    {
        var content = Directory.CreateDirectory(Path.Combine(folder, "content")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(content, "upgrade-4.12.4-x86_64.tar"), await SampleBundle.Small().WriteAsync());
        var image = Path.Combine(folder, "stick.img");
        await using (var file = File.Create(image))
            file.SetLength(64 << 20);
        MediaBench.Run("mkfs.ext4", "-q", "-d", content, image);
        return image;
    }

    /// <summary>Whether a process hears of udev's events: protocol 15, NETLINK_KOBJECT_UEVENT, and group 2 (linux/netlink.h; libudev, UDEV_MONITOR_UDEV).</summary>
    private static bool Listens(int process) =>
        File.ReadLines($"/proc/{process}/net/netlink").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(fields => fields[1] == "15" && fields[2] == $"{process}" && fields[3] == "00000002");

    /// <summary>
    /// Seconds of processor time of all threads, those that have ended too: the clock of another process, whose number is made as clock_getcpuclockid(3) does
    /// (include/linux/posix-timers_types.h: CPUCLOCK_SCHED).
    /// </summary>
    private static unsafe double Processor(int process)
    {
        var time = stackalloc long[2];
        return GetTime((~process << 3) | 2, time) == 0 ? time[0] + (time[1] / 1e9) : throw new InvalidOperationException($"The processor time of process {process} cannot be had.");
    }

    /// <summary>Seconds and nanoseconds (struct timespec).</summary>
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int GetTime(int clock, long* time);
}
