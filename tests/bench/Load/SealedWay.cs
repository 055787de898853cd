using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealed;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Bench.Load;

/// <summary>The product's sealed stores: the file is among the node's blobs with the last byte, is mounted and published; or proved before it is published.</summary>
/// <param name="source">What to load.</param>
/// <param name="root">Top of the disk.</param>
/// <param name="proved">Whether it is proved first.</param>
internal sealed class SealedWay(LoadSource source, string root, bool proved) : ILoadWay
{
    private readonly NodeFolders _node = new(root);
    private readonly SystemProcessRunner _runner = new(TimeProvider.System);
    private BlobStore? _blobs;
    private SealedStores? _stores;
    private SealedBundle? _bundle;

    public string Name => proved ? "sealed store, proved" : "sealed store";

    public IReadOnlyList<int> Workers => [];

    // As it comes: chunk by chunk, into space that was kept for it.
    public async Task ArriveAsync(CancellationToken cancellationToken)
    {
        using (var skeleton = new SkopeoImageStore(_node.Options, _runner))
            skeleton.EnsureSkeleton();
        // The disk was emptied after this was made.
        _blobs = BlobStore.Open(root);
        _bundle = await source.ArriveAsync(_blobs, cancellationToken);
        var options = new SealedStoresOptions { State = root, Store = _node.Options.StorePath, Proof = new StoreProofOptions { Parallelism = Environment.ProcessorCount } };
        _stores = new SealedStores(options, _blobs, _runner, null);
    }

    public async Task<IReadOnlySet<string>> LoadAsync(CancellationToken cancellationToken)
    {
        Require(await _stores!.MountAsync(_bundle!, cancellationToken));
        if (proved)
            Require(await _stores.ProveAsync(_bundle!, new Progress<StoreProgress>(), cancellationToken));
        await _stores.PublishAsync(_bundle!, cancellationToken);
        return await _node.ListAsync(_node.Options.StorePath, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_bundle is not null)
        {
            await _stores!.WithdrawAsync(_bundle, CancellationToken.None);
            await _stores.RetireAsync(null, false, CancellationToken.None);
        }
        _blobs?.Dispose();
    }

    private static void Require(StoreFault? fault)
    {
        if (fault is not null)
            throw new InvalidOperationException($"{fault.Reason}: {fault.Message}");
    }
}
