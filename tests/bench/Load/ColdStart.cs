using System.Diagnostics;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Load;

/// <summary>
/// The first start of a container from a sealed store and from an unpacked one, by podman and runc: from the command until its program has ended. Both stores are on the
/// same disk, of which nothing is in memory before.
/// </summary>
internal sealed class ColdStart : IAsyncDisposable
{
    private readonly LoadSource _source;
    private readonly OwnDisk _disk;
    private readonly string _scratch;
    private readonly SealedPublication _sealed;
    private readonly SkopeoWay _unpacked;

    private ColdStart(LoadSource source, OwnDisk disk, string scratch)
    {
        (_source, _disk, _scratch) = (source, disk, scratch);
        _sealed = new SealedPublication(Path.Combine(disk.Root, "store.squashfs"), disk.Root);
        _unpacked = new SkopeoWay(source, disk.Root);
    }

    /// <summary>Puts both stores on the emptied disk.</summary>
    /// <param name="source">What to load.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="scratch">Where podman keeps its own; a short path.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ColdStart> PrepareAsync(LoadSource source, OwnDisk disk, string scratch, CancellationToken cancellationToken)
    {
        await disk.ClearAsync();
        var start = new ColdStart(source, disk, scratch);
        File.Copy(source.Store, Path.Combine(disk.Root, "store.squashfs"));
        await start._unpacked.ArriveAsync(cancellationToken);
        await start._unpacked.LoadAsync(cancellationToken);
        return start;
    }

    /// <summary>Seconds from the sealed store.</summary>
    public async Task<double> SealedAsync(CancellationToken cancellationToken)
    {
        await _disk.ForgetAsync();
        await using (_sealed)
        {
            await _sealed.MountAsync(cancellationToken);
            await _sealed.PublishAsync(cancellationToken);
            return await RunAsync(_sealed.PublishedPath, cancellationToken);
        }
    }

    /// <summary>Seconds from the unpacked store.</summary>
    public async Task<double> UnpackedAsync(CancellationToken cancellationToken)
    {
        await _disk.ForgetAsync();
        return await RunAsync(_unpacked.Store, cancellationToken);
    }

    public ValueTask DisposeAsync() => _sealed.DisposeAsync();

    private async Task<double> RunAsync(string store, CancellationToken cancellationToken)
    {
        var podman = new ContainerStore(store, _scratch);
        var clock = Stopwatch.StartNew();
        await podman.RunAsync(_source.Release.ProgramImage, cancellationToken, [.. ProgramFiles.Command]);
        return clock.Elapsed.TotalSeconds;
    }
}
