using System.Collections.Concurrent;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// A store's top folder for each of those who read it side by side. A mounted squashfs unpacks for one reader at a time on many kernels (CONFIG_SQUASHFS_DECOMP_SINGLE) and keeps only 8 unpacked blocks of
/// names and inodes and 3 of the ends of files for all (Linux fs/squashfs/squashfs_fs.h, SQUASHFS_CACHED_BLKS, and CONFIG_SQUASHFS_FRAGMENT_CACHE_SIZE): two readers push out each other's and unpack the same over
/// and over. So each has a mount of its own where that is to be had, and shares the first where not. A mount takes about 1 MiB, beside what the kernel keeps of files anyway.
/// </summary>
internal sealed class StoreLanes : IDisposable
{
    private readonly ConcurrentBag<StoreFolder> _free = [];
    private readonly List<DetachedMount> _mounts = [];
    private readonly List<StoreFolder> _besides = [];

    private StoreLanes(StoreFolder first) => First = first;

    /// <summary>The folder at the store's own path.</summary>
    public StoreFolder First { get; }

    /// <summary>Opens the store for up to <paramref name="readers"/>, 1 or more; <see cref="IOException"/> when it cannot be opened.</summary>
    public static StoreLanes Open(StoreView store, int readers)
    {
        var lanes = new StoreLanes(StoreFolder.Open(store));
        lanes._free.Add(lanes.First);
        while (lanes._besides.Count < readers - 1 && store.File is { } file && DetachedMount.TryOpen(file.Path, file.Offset, file.Size) is { } mount)
        {
            lanes._mounts.Add(mount);
            try
            {
                lanes._besides.Add(StoreFolder.Open(store with { Path = mount.Path }));
            }
            catch (IOException)
            {
                // It is mounted, and may not be opened: then the first has to do.
                break;
            }
            lanes._free.Add(lanes._besides[^1]);
        }
        return lanes;
    }

    /// <summary>Does it with a folder that nobody else has meanwhile, if there are enough.</summary>
    public void Use(Action<StoreFolder> work)
    {
        var mine = _free.TryTake(out var taken) ? taken : null;
        try
        {
            work(mine ?? First);
        }
        finally
        {
            if (mine is not null)
                _free.Add(mine);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        First.Dispose();
        foreach (var folder in _besides)
            folder.Dispose();
        foreach (var mount in _mounts)
            mount.Dispose();
    }
}
