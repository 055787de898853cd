using System.Text.Json;
using Handcarry.Registries;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Tests.Registry;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Replication;

/// <summary>Bytes allocated do not depend on how busy the machine is, so a regression shows where times would not show it.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Mebibytes = 64;

    [Fact]
    public async Task Serving_and_drawing_a_large_blob_stays_within_its_allocation_budget()
    {
        var authority = new TestAuthority();
        await using var holder = await TestNode.StartAsync(authority, "node-1");
        await using var node = await TestNode.StartAsync(authority, "node-2");
        var bytes = Bytes(Mebibytes << 20);
        var spec = Spec(bytes);
        await StoreAsync(holder.Store, bytes);

        // The first draw pays for compiling, connecting and filling pools.
        await node.Draw().DrawAsync(spec, holder.AsHolder, null, default).InTime();
        Assert.True(node.Store.Delete(spec.Digest));
        await Until.TrueAsync(() => holder.Pool.Out == 0, "the first transfer is over");
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await node.Draw().DrawAsync(spec, holder.AsHolder, null, default).InTime();
        var perMebibyte = (GC.GetTotalAllocatedBytes(precise: true) - before) / 1024.0 / Mebibytes;

        var budget = Budget("draw-kib-per-mib");
        Assert.True(perMebibyte <= budget, $"{perMebibyte:0.00} KiB are allocated per MiB drawn; the budget is {budget} (allocation-budgets.json).");
    }

    [SkippableFact]
    public async Task Fetching_a_large_blob_from_a_registry_stays_within_its_allocation_budget()
    {
        Skip.IfNot(RegistryProcess.IsInstalled, "docker-registry is not installed");
        await using var registry = await RegistryProcess.StartAsync();
        using var push = registry.Push("a");
        var blob = await push.BlobAsync(Bytes(Mebibytes << 20), MediaTypes.OciLayer);
        using var client = new RegistryClient(new RegistryClientOptions { InsecureRegistries = [registry.Authority] }, TimeProvider.System);
        var repository = ImageReference.Parse($"{registry.Authority}/a");

        await client.FetchBlobAsync(repository, blob, new CountingTarget(blob.Size), default).InTime();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await client.FetchBlobAsync(repository, blob, new CountingTarget(blob.Size), default).InTime();
        var perMebibyte = (GC.GetTotalAllocatedBytes(precise: true) - before) / 1024.0 / Mebibytes;

        var budget = Budget("fetch-kib-per-mib");
        Assert.True(perMebibyte <= budget, $"{perMebibyte:0.00} KiB are allocated per MiB fetched; the budget is {budget} (allocation-budgets.json).");
    }

    private static double Budget(string key)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
            folder = folder.Parent!;
        using var budgets = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, "tests/streams/allocation-budgets.json")));
        return budgets.RootElement.GetProperty(key).GetDouble();
    }

    private sealed class CountingTarget(long size) : IBlobTarget
    {
        public long Position { get; private set; }

        public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
        {
            Position += bytes.Length;
            return ValueTask.CompletedTask;
        }

        public ValueTask<bool> CompleteAsync(CancellationToken ct) => ValueTask.FromResult(Position == size);
    }
}

/// <summary>Runs after all others, alone: what others allocate would be counted.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationCollection;
