using System.Diagnostics;
using System.Security.Cryptography;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Streams.Bundles;

namespace Handcarry.Bench;

/// <summary>
/// A medium read from its first byte to its last as the agent does, and hashed, against <c>dd</c> from the same device with the same block size, which
/// only reads: as fast as a stick gives, and as fast as it goes. The medium is a loop device over a file that is read past the page cache, so that both
/// wait for the same disk; what is cached of it is dropped before each. They take turns in being first. Then <see cref="MediaRecognition"/>.
/// </summary>
internal sealed class MediaBench : IBench
{
    private const int BufferSize = 512 << 10;
    private const int BlockSize = 1 << 20;

    // A stick in a port of USB 2 gives about 40 MB/s; a sixth of the content keeps a round short.
    private const long StickBytesPerSecond = 40_000_000;
    private const int StickShare = 6;

    public string Name => "media";

    public string Summary => "reading and hashing a medium, against dd from the same device";

    public BenchOptions Defaults { get; } = new(false, 1000, 8);

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(BenchOptions options, TextWriter table)
    {
        // Not below /tmp, which may be memory.
        var folder = Directory.CreateDirectory(Path.Combine(Environment.CurrentDirectory, $"out/bench-{Environment.ProcessId}"));
        string? loop = null;
        try
        {
            var image = Path.Combine(folder.FullName, "medium.img");
            await FillAsync(image, options.Megabytes);
            loop = Run("losetup", "--find", "--show", "--direct-io=on", image).Output.Trim();
            var mounts = Path.Combine(folder.FullName, "mounts");
            var figures = new Dictionary<string, double>();
            using (var stick = StickSpeed.Begin(File.ReadAllText($"/sys/block/{Path.GetFileName(loop)}/dev").Trim(), StickBytesPerSecond))
            {
                if (stick is null)
                {
                    table.WriteLine("a stick's speed is not measured: this kernel, or this user, cannot throttle a device");
                }
                else
                {
                    table.WriteLine($"at a stick's speed, {StickBytesPerSecond / 1e6:0} MB/s");
                    (figures["media.read_speed_over_dd"], _, _) = await RunAsync(options with { Megabytes = options.Megabytes / StickShare }, table, loop, mounts);
                }
            }
            table.WriteLine("as fast as it goes");
            (figures["media.read_speed_over_dd_unthrottled"], figures["media.read_mb_s"], figures["media.dd_mb_s"]) = await RunAsync(options, table, loop, mounts);
            foreach (var (key, figure) in await new MediaRecognition(table, folder.FullName).RunAsync())
                figures[key] = figure;
            return figures;
        }
        finally
        {
            if (loop is not null)
            {
                // The refusal of writes stays with the loop device, whoever takes it next.
                Run("blockdev", "--setrw", loop);
                Run("losetup", "--detach", loop);
            }
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(double Ratio, double Read, double Copied)> RunAsync(BenchOptions options, TextWriter table, string loop, string mounts)
    {
        var found = new BlockDevices().Find(loop);
        var device = new BlockDeviceFacts { Node = found.Path, Major = found.Major, Minor = found.Minor, Size = found.Size, DiskSequence = found.Sequence };
        var length = Math.Min(device.Size, options.Megabytes * 1_000_000L / BlockSize * BlockSize);
        var bundle = new FoundBundle { Device = device, Id = "bench", Name = loop, Parts = [new FoundPart(0, "", length)] };
        var reader = new VolumeReader(new VolumeOptions { MountFolder = mounts }, new BundleLimits(), TimeProvider.System);

        table.WriteLine($"{length / 1_000_000} MB, {options.Rounds} rounds after one that does not count");
        table.WriteLine($"{"round",5} {"dd MB/s",10} {"read MB/s",10} {"read/dd",10}");
        List<double[]> rounds = [];
        for (var round = 0; round <= options.Rounds; round++)
        {
            var copied = round % 2 == 0 ? Copy(loop, length) : default;
            Run("blockdev", "--flushbufs", loop);
            var read = await HashAsync(await reader.OpenAsync(bundle, CancellationToken.None), length);
            if (round % 2 != 0)
                copied = Copy(loop, length);
            if (round == 0)
                continue;
            rounds.Add([length / 1e6 / copied.TotalSeconds, length / 1e6 / read.TotalSeconds, copied / read]);
            WriteLine(table, $"{round}", rounds[^1]);
        }

        double[] medians = [.. Enumerable.Range(0, 3).Select(i => Median.Of(rounds.Select(round => round[i])))];
        WriteLine(table, "med.", medians);
        return (medians[2], medians[1], medians[0]);
    }

    private static TimeSpan Copy(string loop, long length)
    {
        Run("blockdev", "--flushbufs", loop);
        return Run("dd", $"if={loop}", "of=/dev/null", $"bs={BlockSize}", $"count={length / BlockSize}", "status=none").Took;
    }

    private static async Task<TimeSpan> HashAsync(Stream medium, long length)
    {
        var clock = Stopwatch.StartNew();
        await using (medium)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[BufferSize];
            for (int read; length > 0; length -= read)
            {
                read = await medium.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)));
                hash.AppendData(buffer, 0, read);
            }
            hash.GetHashAndReset();
        }
        return clock.Elapsed;
    }

    private static async Task FillAsync(string image, int megabytes)
    {
        await using var file = File.Create(image);
        var bytes = new byte[1_048_576];
        for (var i = 0; i < megabytes * 1_000_000L / bytes.Length; i++)
        {
            new Random(i).NextBytes(bytes);
            await file.WriteAsync(bytes);
        }
        file.Flush(flushToDisk: true);
    }

    internal static (TimeSpan Took, string Output) Run(string program, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? (clock.Elapsed, output) : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed. It needs root and loop devices.");
    }

    private static void WriteLine(TextWriter table, string round, double[] values) =>
        table.WriteLine($"{round,5} {values[0],10:0} {values[1],10:0} {values[2],10:0.00}");
}
