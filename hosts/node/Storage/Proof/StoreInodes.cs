namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// Which layer has which inode of a store. No two layers share one. A squashfs could be made with two of the same number: while the kernel has the one that was looked up first, it gives that for the other as well
/// (Linux fs/squashfs/inode.c, squashfs_iget), so that what was proved for one would not hold for the other later.
/// </summary>
internal sealed class StoreInodes
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, LayerRecord> _layers = [];

    /// <summary>Whether another layer than this one has an inode of this number, and which; null when it is this layer's.</summary>
    public LayerRecord? TakenBy(ulong inode, LayerRecord layer)
    {
        lock (_gate)
        {
            if (_layers.TryAdd(inode, layer))
                return null;
            return _layers[inode] is var other && other != layer ? other : null;
        }
    }
}
