using System.IO.Compression;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Lab.Site;
using Handcarry.Streams.Content;

namespace Handcarry.Bench.Load;

/// <summary>
/// The proof of a sealed store against what one could do by hand with the same bytes on as many cores: <c>unsquashfs</c>, then <c>openssl dgst -sha256</c> of each layer's tar.
/// The store's file is in memory for both and nothing that was unpacked from it is; <c>unsquashfs</c> writes to memory, and the tars are in memory.
/// </summary>
internal sealed class ProofSpeed : IAsyncDisposable
{
    private readonly LoadSource _source;
    private readonly string _memory, _mount;

    private ProofSpeed(LoadSource source, string folder) => (_source, _memory, _mount) = (source, Path.Combine(folder, "memory"), Path.Combine(folder, "proved"));

    private string Tars => Path.Combine(_memory, "tars");

    /// <summary>Makes the file system in memory, and the tars in it.</summary>
    public static async Task<ProofSpeed> PrepareAsync(LoadSource source, string folder, CancellationToken cancellationToken)
    {
        var speed = new ProofSpeed(source, folder);
        Directory.CreateDirectory(speed._mount);
        Directory.CreateDirectory(speed._memory);
        // The tars, the unpacked store, and what small files take more than their size.
        await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={3 * source.Release.UnpackedBytes}", "handcarry-bench", speed._memory], cancellationToken);
        Directory.CreateDirectory(speed.Tars);
        foreach (var layer in source.Release.Layers)
        {
            await using var packed = new GZipStream(File.OpenRead(Path.Combine(source.Release.BlobsPath, "sha256", layer.Digest.Hex)), CompressionMode.Decompress);
            await using var tar = File.Create(Path.Combine(speed.Tars, layer.DiffId.Hex));
            await packed.CopyToAsync(tar, cancellationToken);
        }
        return speed;
    }

    /// <summary>What the proof takes; not how long the kernel then takes to forget what was read.</summary>
    public async Task<Effort> ProveAsync(CancellationToken cancellationToken)
    {
        await ReadIntoMemoryAsync(_source.Store, cancellationToken);
        // A device that is made here: mount would take one that already has the file, and what of it is in memory.
        var device = (await Tool.RunAsync("losetup", ["--read-only", "--find", "--show", _source.Store], cancellationToken)).Trim();
        try
        {
            await Tool.RunAsync("mount", ["-t", "squashfs", "-o", "ro,nosuid,nodev,noexec", device, _mount], cancellationToken);
            var proof = new SealedStoreProof(new StoreProofOptions { Parallelism = Environment.ProcessorCount });
            var view = new StoreView(_mount, OwnersKnown: true) { File = new SealedStoreFile(_source.Store, 0, _source.StoreBytes) };
            var effort = await Effort.OfAsync(async () =>
            {
                var result = await proof.RunAsync(view, _source.Expected, null, cancellationToken);
                if (!result.Holds)
                    throw new InvalidOperationException($"The proof of the sealed store failed: {result.Violations[0].Sentence}");
            });
            await proof.Released;
            return effort;
        }
        finally
        {
            await Tool.TryAsync("umount", [_mount], CancellationToken.None);
            await Tool.RunAsync("losetup", ["--detach", device], CancellationToken.None);
        }
    }

    /// <summary>What unpacking and hashing take by hand; not how long it then takes to remove what was unpacked.</summary>
    public async Task<Effort> ByHandAsync(CancellationToken cancellationToken)
    {
        var unpacked = Path.Combine(_memory, "unpacked");
        var cores = Environment.ProcessorCount;
        var tars = _source.Release.Layers.OrderByDescending(static layer => layer.UnpackedSize).Select(layer => (layer.DiffId, Path: Path.Combine(Tars, layer.DiffId.Hex)));
        try
        {
            await ReadIntoMemoryAsync(_source.Store, cancellationToken);
            return await Effort.OfAsync(async () =>
            {
                await Tool.RunAsync("unsquashfs", ["-quiet", "-no-progress", "-processors", $"{cores}", "-dest", unpacked, _source.Store], cancellationToken);
                await Parallel.ForEachAsync(tars, new ParallelOptions { MaxDegreeOfParallelism = cores, CancellationToken = cancellationToken }, HashAsync);
            });
        }
        finally
        {
            await Tool.RunAsync("rm", ["-rf", unpacked], CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync() => await Tool.TryAsync("umount", ["--lazy", _memory], CancellationToken.None);

    // Not by a tool whose output would be kept.
    private static async Task ReadIntoMemoryAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        await file.CopyToAsync(Stream.Null, 1 << 20, cancellationToken);
    }

    private static async ValueTask HashAsync((Digest DiffId, string Path) tar, CancellationToken cancellationToken)
    {
        if (!(await Tool.RunAsync("openssl", ["dgst", "-sha256", tar.Path], cancellationToken)).TrimEnd().EndsWith(tar.DiffId.Hex, StringComparison.Ordinal))
            throw new InvalidOperationException($"{tar.Path} does not have the digest {tar.DiffId}.");
    }
}
