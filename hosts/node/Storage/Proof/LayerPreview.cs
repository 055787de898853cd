namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// Looks at the names below a layer's folder a good many at a time, ahead of the files that are read, so that the kernel knows them by then. A mounted squashfs keeps only 8 unpacked blocks of names and
/// inodes for everybody (Linux fs/squashfs/squashfs_fs.h, SQUASHFS_CACHED_BLKS), and looking up one file takes up to four of them: layers whose files are looked up in turn push out each other's, and
/// the same blocks are read and unpacked over and over. So only one layer does it at a time, in the order in which mksquashfs writes names, which is mostly that of the tar as well.
/// Finds nothing and reports nothing: what cannot be read here will be said by <see cref="LayerComparison"/>.
/// </summary>
/// <param name="gate">Held while names are looked at; the same for all layers of a store.</param>
/// <param name="folders">Opens the layer's folders.</param>
/// <param name="maxNames">After as many it is enough.</param>
internal sealed class LayerPreview(Lock gate, StorePath folders, int maxNames)
{
    // Some 20 ms, for which the other layers may have to wait; what they push out meanwhile is 8 blocks.
    private const int Batch = 1024;

    private readonly Stack<string> _waiting = new([""]);
    private int _looked;

    /// <summary>Looks at more names when <paramref name="passed"/> entries of the layer have used up those before. What <c>folders</c> opened last is not valid afterwards.</summary>
    public void KeepAhead(int passed)
    {
        if (passed < _looked || _waiting.Count == 0)
            return;
        lock (gate)
        {
            while (_looked < passed + Batch && _looked < maxNames && _waiting.TryPop(out var path))
                Look(path);
        }
    }

    private void Look(string path)
    {
        try
        {
            var folder = folders.Open(path);
            var names = folder.Names(maxNames);
            _looked += names.Count;
            // Backwards onto the stack, forwards from it.
            for (var i = names.Count - 1; i >= 0; i--)
            {
                if (folder.StatusOf(names[i]) is { IsFolder: true })
                    _waiting.Push(path.Length == 0 ? names[i] : $"{path}/{names[i]}");
            }
        }
        catch (IOException)
        {
            // The comparison will meet the same.
        }
    }
}
