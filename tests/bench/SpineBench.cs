using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Streams.Replication;
using Handcarry.Streams.Tests.Registry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Bench;

/// <summary>
/// One blob from one store to another in this process, over the real data plane: read, served, encrypted, decrypted, hashed chunk by
/// chunk and as a whole, written, synced. Against what cannot be avoided: reading the same bytes, one SHA-256, writing, syncing.
/// The two take turns, so that whatever else the machine does falls on both; the ratio is that of each round.
/// </summary>
internal sealed class SpineBench : IBench
{
    private const int BufferSize = 1 << 20;

    public string Name => "spine";

    public string Summary => "a blob from store to store over the data plane, against copying and hashing it";

    public BenchOptions Defaults { get; } = new(false, 256, 7);

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(BenchOptions options, TextWriter table)
    {
        var folder = Directory.CreateTempSubdirectory("handcarry-bench-");
        try
        {
            return await RunAsync(options, table, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyDictionary<string, double>> RunAsync(BenchOptions options, TextWriter table, string folder)
    {
        var authority = new TestAuthority();
        using var from = BlobStore.Open(Path.Combine(folder, "from"));
        using var to = BlobStore.Open(Path.Combine(folder, "to"));
        var spec = await FillAsync(from, options.Megabytes * 1_000_000L);
        var counters = new TransferCounters();
        await using var server = await DataPlaneServer.StartAsync(
            new DataPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            authority.Identity("node-1"), from, new RegistryIndex(), null, counters, NullLoggerFactory.Instance, CancellationToken.None);
        using var http = PeerClient.Create(authority.Identity("node-2"));
        var draw = new BlobDraw(to, http, new DrawOptions(), counters, TimeProvider.System);
        var holder = new Holder("node-1", server.Endpoint);
        var source = Path.Combine(from.BlobsPath, "sha256", spec.Digest.Hex);
        var target = Path.Combine(folder, "copy");

        table.WriteLine($"{options.Megabytes} MB, {options.Rounds} rounds after one that does not count");
        table.WriteLine($"{"round",5} {"copy MB/s",10} {"draw MB/s",10} {"draw/copy",10} {"KB per MB",10} {"CPU s/GB",10}");
        List<double> ratios = [], allocations = [], processor = [], copies = [], draws = [];
        for (var round = 0; round <= options.Rounds; round++)
        {
            var copied = Stopwatch.StartNew();
            Copy(source, target, spec.Digest);
            copied.Stop();
            File.Delete(target);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var used = Environment.CpuUsage.TotalTime;
            var drawn = Stopwatch.StartNew();
            await draw.DrawAsync(spec, holder, null, CancellationToken.None);
            drawn.Stop();
            used = Environment.CpuUsage.TotalTime - used;
            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            to.Delete(spec.Digest);
            if (round == 0)
                continue;
            copies.Add(options.Megabytes / copied.Elapsed.TotalSeconds);
            draws.Add(options.Megabytes / drawn.Elapsed.TotalSeconds);
            ratios.Add(drawn.Elapsed / copied.Elapsed);
            allocations.Add(allocated / 1e3 / options.Megabytes);
            processor.Add(used.TotalSeconds * 1e3 / options.Megabytes);
            WriteLine(table, $"{round}", [copies[^1], draws[^1], ratios[^1], allocations[^1], processor[^1]]);
        }

        WriteLine(table, "med.", [Median.Of(copies), Median.Of(draws), Median.Of(ratios), Median.Of(allocations), Median.Of(processor)]);
        return new Dictionary<string, double>
        {
            ["spine.draw_over_copy"] = Median.Of(ratios),
            ["spine.alloc_kb_per_mb"] = Median.Of(allocations),
            ["spine.cpu_s_per_gb"] = Median.Of(processor),
            ["spine.draw_mb_s"] = Median.Of(draws),
            ["spine.copy_mb_s"] = Median.Of(copies),
        };
    }

    private static async Task<BlobSpec> FillAsync(BlobStore store, long size)
    {
        var chunks = new List<Digest>();
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[BlobSpec.ChunkSize];
        byte[] Next(long at)
        {
            // Random, yet the same on both passes.
            new Random((int)(at / BlobSpec.ChunkSize)).NextBytes(chunk);
            return chunk;
        }

        for (long at = 0; at < size; at += BlobSpec.ChunkSize)
        {
            var length = (int)Math.Min(BlobSpec.ChunkSize, size - at);
            var bytes = Next(at).AsSpan(0, length);
            chunks.Add(Digest.Of(bytes));
            whole.AppendData(bytes);
        }

        var spec = new BlobSpec(Digest.FromHash(whole.GetHashAndReset()), size, chunks.Count > 1 ? chunks : []);
        await using var ingest = await store.BeginAsync(spec, CancellationToken.None);
        for (long at = 0; at < size; at += BlobSpec.ChunkSize)
            ingest!.Append(Next(at).AsSpan(0, (int)Math.Min(BlobSpec.ChunkSize, size - at)));
        await ingest!.CompleteAsync(CancellationToken.None);
        return spec;
    }

    private static void Copy(string source, string target, Digest digest)
    {
        using var read = File.OpenHandle(source);
        var size = RandomAccess.GetLength(read);
        using var write = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write, preallocationSize: size);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        for (long at = 0; at < size;)
        {
            var count = RandomAccess.Read(read, buffer, at);
            hash.AppendData(buffer, 0, count);
            RandomAccess.Write(write, buffer.AsSpan(0, count), at);
            at += count;
        }

        RandomAccess.FlushToDisk(write);
        if (Digest.FromHash(hash.GetHashAndReset()) != digest)
            throw new InvalidOperationException($"The copy of {digest} has other bytes.");
    }

    private static void WriteLine(TextWriter table, string round, double[] values) =>
        table.WriteLine($"{round,5} {values[0],10:0} {values[1],10:0} {values[2],10:0.00} {values[3],10:0.00} {values[4],10:0.00}");
}
