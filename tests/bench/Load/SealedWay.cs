using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Bench.Load;

/// <summary>The sealed store: its file is there with the last byte, is mounted and published; or proved before it is published.</summary>
/// <param name="source">What to load.</param>
/// <param name="root">Top of the disk.</param>
/// <param name="proved">Whether it is proved first.</param>
internal sealed class SealedWay(LoadSource source, string root, bool proved) : ILoadWay
{
    private const int ChunkSize = 4 << 20;

    private readonly NodeFolders _node = new(root);
    private readonly SealedPublication _publication = new(Path.Combine(root, "store.squashfs"), root);

    public string Name => proved ? "sealed store, proved" : "sealed store";

    public IReadOnlyList<int> Workers => [];

    // As it comes: chunk by chunk, into space that was kept for it.
    public async Task ArriveAsync(CancellationToken cancellationToken)
    {
        await using var sent = File.OpenRead(source.Store);
        await using var file = new FileStream(Path.Combine(root, "store.squashfs"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            PreallocationSize = sent.Length,
            BufferSize = 0,
        });
        await sent.CopyToAsync(file, ChunkSize, cancellationToken);
        file.Flush(flushToDisk: true);
    }

    public async Task<IReadOnlySet<string>> LoadAsync(CancellationToken cancellationToken)
    {
        await _publication.MountAsync(cancellationToken);
        if (proved)
            await ProveAsync(_publication.Mount, source, cancellationToken);
        await _publication.PublishAsync(cancellationToken);
        return await _node.ListAsync(_publication.PublishedPath, cancellationToken);
    }

    public ValueTask DisposeAsync() => _publication.DisposeAsync();

    /// <summary>Proves a mounted store, a layer on each core.</summary>
    /// <exception cref="InvalidOperationException">It does not hold.</exception>
    public static async Task ProveAsync(string mounted, LoadSource source, CancellationToken cancellationToken)
    {
        var options = new StoreProofOptions { Parallelism = Environment.ProcessorCount };
        var proof = await new SealedStoreProof(options).RunAsync(new StoreView(mounted, OwnersKnown: true), source.Expected, null, cancellationToken);
        if (!proof.Holds)
            throw new InvalidOperationException($"The proof of the sealed store failed: {proof.Violations[0].Sentence}");
    }
}
