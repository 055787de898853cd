namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// Looks at every name below a layer's folder once, so that the kernel knows them all when the files are read. A mounted squashfs keeps only 8 unpacked blocks of names and inodes for
/// everybody (Linux fs/squashfs/squashfs_fs.h, SQUASHFS_CACHED_BLKS), and looking up one file takes up to four of them: two layers whose files are looked up in turn push out each other's, and the same
/// blocks are read and unpacked over and over. Hence one layer at a time, in the order in which mksquashfs writes them; the kernel remembers what it found (dentries and inodes).
/// Finds nothing and reports nothing: what cannot be read here will be said by <see cref="LayerComparison"/>.
/// </summary>
internal sealed class LayerPreview
{
    private readonly Lock _gate = new();

    /// <summary>Looks at them, after the layer whose turn it is.</summary>
    /// <param name="folders">Opens the layer's folders.</param>
    /// <param name="maxNames">After as many it is enough.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public void Run(StorePath folders, int maxNames, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var left = maxNames;
            var waiting = new Stack<string>([""]);
            while (left > 0 && waiting.TryPop(out var path))
            {
                cancellationToken.ThrowIfCancellationRequested();
                left -= Look(folders, path, left, waiting);
            }
        }
    }

    private static int Look(StorePath folders, string path, int limit, Stack<string> waiting)
    {
        try
        {
            var folder = folders.Open(path);
            var names = folder.Names(limit);
            // Backwards onto the stack, forwards from it.
            for (var i = names.Count - 1; i >= 0; i--)
            {
                if (folder.StatusOf(names[i]) is { IsFolder: true })
                    waiting.Push(path.Length == 0 ? names[i] : $"{path}/{names[i]}");
            }
            return names.Count;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
