using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage;

namespace Handcarry.Bench.Load;

/// <summary>The product's layer store: an import of each image into a staging store, synced and published. It starts with nothing imported, which a node does earlier.</summary>
/// <param name="source">What to load.</param>
/// <param name="root">Top of the disk.</param>
/// <param name="order">The images in the order of their import.</param>
/// <param name="parallel">Imports at the same time.</param>
internal sealed class LayerStoreWay(LoadSource source, string root, IReadOnlyList<StoreImage> order, int parallel) : ILoadWay
{
    private const string Generation = "bench";

    private readonly NodeFolders _node = new(root);

    /// <summary>What the order is called.</summary>
    public string? Order { get; init; }

    public string Name => Order is null ? "layer store" : $"layer store, {Order}, {parallel} at a time";

    public IReadOnlyList<int> Workers => [];

    public Task ArriveAsync(CancellationToken cancellationToken)
    {
        _node.CopyBlobs(source);
        return Task.CompletedTask;
    }

    public async Task<IReadOnlySet<string>> LoadAsync(CancellationToken cancellationToken)
    {
        using var store = new SkopeoImageStore(_node.Options with { ParallelImports = parallel }, new SystemProcessRunner(TimeProvider.System));
        await Parallel.ForEachAsync(
            order, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken }, (image, stop) => store.ImportAsync(Generation, image, stop));
        await store.PublishAsync(Generation, cancellationToken);
        return await store.ListAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
