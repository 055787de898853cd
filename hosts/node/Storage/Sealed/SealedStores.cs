using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Cri.Records;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.SystemBus;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// Sealed stores as loop mounts of the blobs themselves; nothing is copied or unpacked.
/// <code>
///   sealed/A/          where blob A is mounted, by a unit of its own where there is systemd
///   sealed/A.proved    there when it was proved
///   sealed/A.before    what the runtime saw before A was published
///   store -> sealed/A  what the runtime sees; store-2 what it sees besides, see StorePaths
/// </code>
/// All calls are for one caller at a time.
/// </summary>
public sealed class SealedStores : ISealedStores
{
    private readonly SealedStoresOptions _options;
    private readonly BlobStore _blobs;
    private readonly IStoreMounts _mounts;
    private readonly PublishedPath _path;
    private readonly SpareRecords _records;
    private readonly RoomBeside _room;
    private readonly SealedRetirement _retirement;
    private readonly StoreChange _change;

    /// <summary>Makes one; throws <see cref="ArgumentException"/> that names the option at fault. Touches nothing yet.</summary>
    /// <param name="options">Where.</param>
    /// <param name="blobs">The node's blobs, in <see cref="SealedStoresOptions.State"/>.</param>
    /// <param name="runner">For the tools.</param>
    /// <param name="systemd">The service manager of the host; null where there is none.</param>
    /// <param name="runtime">The node's runtime, which is told to remove records that are in the way and that nothing needs; null has them stay.</param>
    public SealedStores(SealedStoresOptions options, BlobStore blobs, IProcessRunner runner, SystemdServiceManager? systemd, IContainerRuntime? runtime = null)
    {
        _options = options.Validated();
        _blobs = blobs;
        _mounts = systemd is null ? new PlainMounts(options.Root, runner) : new UnitMounts(options.Root, systemd);
        _path = new PublishedPath(options, runner);
        _records = new SpareRecords(runtime);
        _room = new RoomBeside(_path.Paths, HostPath.Below(options.Root, options.RuntimeStorage), _records, _path.EmptySecond);
        _retirement = new SealedRetirement(options, _mounts, _path, _records);
        _change = new StoreChange(options);
    }

    /// <inheritdoc/>
    public async ValueTask<StoreFault?> MountAsync(SealedBundle bundle, CancellationToken cancellationToken)
    {
        var store = FolderOf(bundle);
        if (_blobs.SizeOf(bundle.Store.Digest) != bundle.Store.Size)
        {
            var fault = new StoreFault(Reasons.BlobUnknown, $"The sealed store, blob {bundle.Store.Digest}, is not on this node's disk as it should be.", Damaged: true);
            _change.Do(() => ForgetBlob(store), "The sealed store could not be given up");
            return fault;
        }
        if (ProofMark.Refutation(store, Blob(store), bundle) is { } finding)
        {
            StoreFault? known = null;
            await _change.DoAsync(async () => known = await JudgeAsync(bundle, store, finding, cancellationToken), "The sealed store could not be given up");
            return known;
        }
        await _change.DoAsync(() => _mounts.MountAsync(HostBlob(store), store.HostMount, cancellationToken), "The sealed store could not be mounted");
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask<StoreFault?> ProveAsync(SealedBundle bundle, IProgress<StoreProgress> progress, CancellationToken cancellationToken)
    {
        var store = FolderOf(bundle);
        RequireMount(store);
        if (ProofMark.Holds(store, Blob(store), bundle))
            return null;
        try
        {
            var proof = await RunAsync(bundle, store, progress, cancellationToken);
            if (proof.Holds)
            {
                ProofMark.Write(store, Blob(store), bundle);
                return null;
            }
            // Unmounted by hand meanwhile, nothing can be found in it.
            RequireMount(store);
            var finding = FindingOf(proof);
            ProofMark.Refute(store, Blob(store), bundle, finding);
            return await JudgeAsync(bundle, store, finding, cancellationToken);
        }
        catch (ContentException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _change.Failure(Reasons.StoreUnreadable, "The sealed store could not be proved", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask PublishAsync(SealedBundle bundle, CancellationToken cancellationToken)
    {
        if (!_path.Sees(FolderOf(bundle)))
            await ClearAsync(bundle, cancellationToken);
        foreach (var (_, run) in Publishing(bundle))
            _change.Do(run, $"The sealed store could not be published at {_options.StorePath}");
    }

    /// <inheritdoc/>
    public ValueTask WithdrawAsync(SealedBundle bundle, CancellationToken cancellationToken)
    {
        _change.Do(() => _path.Withdraw(FolderOf(bundle)), $"The sealed store could not be withdrawn from {_options.StorePath}");
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> RetireAsync(SealedBundle? current, bool superseded, CancellationToken cancellationToken)
    {
        var staying = new List<string>();
        foreach (var store in SealedFolder.All(_options).Where(store => store.Store != current?.Store.Digest))
        {
            var (first, beside) = (_path.Leads(store), _path.LeadsBeside(store));
            if ((first || (beside && !superseded)) && ProofMark.Holds(store, Blob(store), null))
                continue;
            // What was never proved is not seen for the sake of what stands on it.
            if (first)
                await _retirement.RetireAsync(store, cancellationToken);
            else if (await _retirement.TryRetireAsync(store, beside ? [_path.Paths.First] : [_path.Paths.First, _path.Paths.Second], cancellationToken) is { } sentence)
                staying.Add(sentence);
        }
        if (superseded && await _retirement.TryRetireLayersAsync(cancellationToken) is { } layers)
            staying.Add(layers);
        staying.AddRange(await _records.PullAgainAsync(cancellationToken));
        return staying;
    }

    /// <summary>The steps of publishing, and their names.</summary>
    internal IReadOnlyList<(string Name, Action Run)> Publishing(SealedBundle bundle)
    {
        var store = FolderOf(bundle);
        return [("look at the mount", () => RequireMount(store)), ("make room", () => MakeRoom(bundle, store)), .. _path.Publishing(store)];
    }

    /// <summary>The steps of retiring, and their names.</summary>
    internal IReadOnlyList<(string Name, Func<CancellationToken, ValueTask> RunAsync)> Retiring(SealedFolder store) => _retirement.Steps(store);

    /// <summary>Where things of a bundle's store are.</summary>
    internal SealedFolder FolderOf(SealedBundle bundle) => new(_options, bundle.Store.Digest);

    /// <summary>Whether the file of the store is in use by anything: a mount, or a container that was started from one.</summary>
    internal bool IsInUse(SealedFolder store) => LoopDevices.Have(Blob(store));

    /// <summary>Whether the file of a blob is in use by a mount, or a container that was started from one; of any node on this machine, as the kernel may tell its path as another root sees it.</summary>
    public static bool IsInUse(Digest blob) => LoopDevices.HaveAny($"/sha256/{blob.Hex}");

    private string Blob(SealedFolder store) => Path.Combine(_blobs.BlobsPath, "sha256", store.Store.Hex);

    private string HostBlob(SealedFolder store) => $"{_options.State.TrimEnd('/')}/blobs/sha256/{store.Store.Hex}";

    private async Task<StoreProof> RunAsync(SealedBundle bundle, SealedFolder store, IProgress<StoreProgress> progress, CancellationToken cancellationToken)
    {
        using var paced = new PacedThreads(_options.Proof.Parallelism, _options.ProofFloor, progress, _options.Time);
        var images = await ExpectedImages.ReadAsync(bundle, _blobs, cancellationToken);
        // What is already seen must be withdrawn at the first finding; otherwise all of them are worth knowing.
        var proof = new SealedStoreProof(_options.Proof with { OnlyFirst = _path.Sees(store) });
        var view = new StoreView(store.Mount, OwnersKnown: true) { File = new SealedStoreFile(Blob(store), 0, bundle.Store.Size) };
        try
        {
            return await Task.Factory.StartNew(
                () => proof.RunAsync(view, images, paced, cancellationToken),
                // A task that is cancelled before a scheduler of one's own has seen it never ends.
                CancellationToken.None,
                TaskCreationOptions.None,
                paced.Threads).Unwrap();
        }
        finally
        {
            // Whether a store's file is in use is asked of its loop devices.
            await proof.Released;
        }
    }

    private static Remark FindingOf(StoreProof proof)
    {
        var first = proof.Violations[0];
        var others = proof.Violations.Count + proof.Omitted - 1;
        return new Remark(first.Reason, $"{first.Sentence}{(others > 0 ? $" There are {others} more such findings." : "")}");
    }

    private async ValueTask<StoreFault> JudgeAsync(SealedBundle bundle, SealedFolder store, Remark finding, CancellationToken cancellationToken)
    {
        _path.Withdraw(store);
        if (await Task.Run(() => BlobCheck.Damage(Blob(store), bundle.Store, cancellationToken), cancellationToken) is { } damage)
        {
            ForgetBlob(store);
            return new StoreFault(Reasons.StoreDamaged, $"{damage} {finding.Message}", Damaged: true);
        }
        // What stands on it, from when it was seen unproved, would be torn down with it: then it is unmounted when it is retired.
        if (_retirement.Dependents(store, [_path.Paths.First, _path.Paths.Second]) is null && !cancellationToken.IsCancellationRequested)
            await _mounts.UnmountAsync(store.HostMount, cancellationToken);
        return new StoreFault(finding.Reason, $"The sealed store is not what the bundle says, and no node can use it: {finding.Message} Make the bundle again and insert that one.", Damaged: false);
    }

    private void ForgetBlob(SealedFolder store)
    {
        _path.Withdraw(store);
        _blobs.Distrust(store.Store);
        ProofMark.Remove(store);
    }

    private async ValueTask ClearAsync(SealedBundle bundle, CancellationToken cancellationToken)
    {
        try
        {
            await _room.ClearAsync(FolderOf(bundle).Mount, NamesOf(bundle), cancellationToken);
        }
        catch (RuntimeException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
    }

    private void MakeRoom(SealedBundle bundle, SealedFolder store)
    {
        if (_path.LeadsBeside(store))
            _path.Paths.Exchange();
        else if (!_path.Leads(store))
            _room.Make(store.Mount, NamesOf(bundle), $"The sealed store {store.Store.Short}");
    }

    private static HashSet<string> NamesOf(SealedBundle bundle) => bundle.Inventory.Images.Select(static image => image.Name).ToHashSet(StringComparer.Ordinal);

    private void RequireMount(SealedFolder store)
    {
        if (!LoopDevices.IsMounted(Blob(store), store.Mount))
            throw new LoadException(Reasons.StoreNotMounted, $"The sealed store is not mounted at {store.Mount} any longer: see who unmounts it on this node.");
    }
}
