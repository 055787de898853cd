using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Records;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.SystemBus;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// Takes sealed stores away from a node, when no container and no record of the runtime's own storage stands on them; the blobs stay. All calls are for one caller at a time.
/// </summary>
public sealed class SealedRetirement
{
    private readonly SealedStoresOptions _options;
    private readonly IStoreMounts _mounts;
    private readonly PublishedPath _path;
    private readonly SpareRecords _records;
    private readonly StoreChange _change;

    /// <summary>Makes one; throws <see cref="ArgumentException"/> that names the option at fault. Touches nothing yet.</summary>
    /// <param name="options">Where.</param>
    /// <param name="runner">For the tools.</param>
    /// <param name="systemd">The service manager of the host; null where there is none.</param>
    public SealedRetirement(SealedStoresOptions options, IProcessRunner runner, SystemdServiceManager? systemd)
        : this(options.Validated(), systemd is null ? new PlainMounts(options.Root, runner) : new UnitMounts(options.Root, systemd), new PublishedPath(options, runner), new SpareRecords(null))
    {
    }

    internal SealedRetirement(SealedStoresOptions options, IStoreMounts mounts, PublishedPath path, SpareRecords records) =>
        (_options, _mounts, _path, _records, _change) = (options, mounts, path, records, new StoreChange(options));

    /// <summary>
    /// Withdraws and unmounts every sealed store that nothing stands on, also those that the runtime sees; it then sees what it saw before. Where something comes to stand on one in
    /// the moment of withdrawing, the runtime sees it again.
    /// </summary>
    /// <exception cref="Actors.Node.LoadException">A store could not be withdrawn.</exception>
    public async ValueTask<SealedWithdrawal> WithdrawAllAsync(CancellationToken cancellationToken)
    {
        var (withdrawn, staying) = (new List<string>(), new List<string>());
        foreach (var store in SealedFolder.All(_options))
        {
            // What other sealed stores have does not count, as they go, too.
            string[] folders = [.. ((string[])[_path.Paths.First, _path.Paths.Second, .. _path.Sees(store) ? [store.Before] : Array.Empty<string>()]).Where(IsFolder)];
            if (await TryRetireAsync(store, folders, cancellationToken) is { } keeping)
                staying.Add(keeping);
            else
                withdrawn.Add(store.Store.ToString());
        }
        return new(withdrawn, staying);
    }

    /// <summary>Withdraws, unmounts and forgets a store that nothing stands on; records that nothing needs are removed first.</summary>
    /// <param name="store">The store.</param>
    /// <param name="remaining">Folders of the stores that the runtime sees besides.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>Why the store has to stay, naming what stands on it; null when it has gone.</returns>
    internal async ValueTask<string?> TryRetireAsync(SealedFolder store, IReadOnlyList<string> remaining, CancellationToken cancellationToken)
    {
        await ClearAsync(store, remaining, cancellationToken);
        if (Dependents(store, remaining) is { } keeping)
            return keeping;
        string? seen = null;
        _change.Do(() => seen = _path.Withdraw(store), $"The sealed store {store.Store} could not be withdrawn");
        if (seen is not null && Dependents(store, remaining) is { } late)
        {
            _change.Do(() => _path.PutBack(store, seen), $"The sealed store {store.Store} could not be published again");
            return late;
        }
        await RetireAsync(store, cancellationToken);
        return null;
    }

    /// <summary>Has nothing be seen at the second path, when a layer store is there that nothing stands on.</summary>
    /// <returns>Why it has to stay; null when there is none any longer.</returns>
    internal async ValueTask<string?> TryRetireLayersAsync(CancellationToken cancellationToken)
    {
        var paths = _path.Paths;
        if (!IsFolder(paths.Second) || StoreSkeleton.IsEmpty(paths.Second))
            return null;
        var main = HostPath.Below(_options.Root, _options.RuntimeStorage);
        try
        {
            if (Directory.Exists(main) && !await _records.RemoveAsync(Look, cancellationToken))
                return $"The layer store at {paths.Second} stays: {StandingOn.Of(Look())} of the runtime's own storage {main} stand on it. They go with their pods, or by crictl rm and crictl rmi.";
        }
        catch (RuntimeException e)
        {
            return e.Message;
        }
        await _change.DoAsync(
            async () =>
            {
                paths.EmptySecond();
                await paths.Trash.EmptyAsync(cancellationToken);
            },
            $"The layer store at {paths.Second} could not be removed");
        return null;

        StoreDependents Look() => RetiringStore.FindDependents(paths.Second, main, [paths.First], new HashSet<string>());
    }

    /// <summary>Unmounts and forgets a store, all steps that are left.</summary>
    internal async ValueTask RetireAsync(SealedFolder store, CancellationToken cancellationToken)
    {
        foreach (var (_, runAsync) in Steps(store))
            await _change.DoAsync(() => runAsync(cancellationToken), $"The sealed store {store.Store} could not be retired");
    }

    /// <summary>The steps of retiring, and their names. Each may be repeated, and the last one takes away what tells that there is something to do.</summary>
    internal IReadOnlyList<(string Name, Func<CancellationToken, ValueTask> RunAsync)> Steps(SealedFolder store) =>
    [
        ("withdraw", Step(() => _path.Withdraw(store))),
        ("unmount", stop => _mounts.UnmountAsync(store.HostMount, stop)),
        ("forget what was before", stop => _path.ForgetAsync(store, stop)),
        ("forget the proof", Step(() => ProofMark.Remove(store))),
        ("remove the folder", Step(() => RemoveFolder(store))),
    ];

    /// <summary>Why the store has to stay mounted, naming what stands on it; null when it may go.</summary>
    internal string? Dependents(SealedFolder store, IReadOnlyList<string> remaining)
    {
        var main = HostPath.Below(_options.Root, _options.RuntimeStorage);
        if (!Directory.Exists(main))
            return null;
        try
        {
            var found = RetiringStore.FindDependents(store.Mount, main, remaining, new HashSet<string>());
            return found.None ? null : $"The sealed store {store.Store.Short} stays mounted: {StandingOn.Of(found)} of the runtime's own storage {main} stand on it. They go with their pods, or by crictl rm and crictl rmi.";
        }
        catch (RuntimeException e)
        {
            return e.Message;
        }
    }

    private async ValueTask ClearAsync(SealedFolder store, IReadOnlyList<string> remaining, CancellationToken cancellationToken)
    {
        var main = HostPath.Below(_options.Root, _options.RuntimeStorage);
        if (!Directory.Exists(main))
            return;
        try
        {
            await _records.RemoveAsync(() => RetiringStore.FindDependents(store.Mount, main, remaining, new HashSet<string>()), cancellationToken);
        }
        catch (RuntimeException)
        {
            // Whoever looks next says so.
        }
    }

    private static bool IsFolder(string path) => FileStatus.Of(path) is { IsFolder: true };

    private static void RemoveFolder(SealedFolder store)
    {
        if (Directory.Exists(store.Mount))
            Directory.Delete(store.Mount, recursive: !LoopDevices.IsMountPoint(store.Mount));
        Durable.SyncFolder(Path.GetDirectoryName(store.Mount)!);
    }

    private static Func<CancellationToken, ValueTask> Step(Action action) => cancellationToken =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        action();
        return ValueTask.CompletedTask;
    };
}
