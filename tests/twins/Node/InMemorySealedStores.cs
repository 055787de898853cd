using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Twins.Node;

/// <summary>
/// Sealed stores of names, shown through an <see cref="InMemoryImageStore"/>, the last one and the one before it. Stricter than the real ones: two calls at a time are an error of the caller.
/// </summary>
/// <param name="images">The runtime's view, in which published stores take the place of what was there.</param>
public sealed class InMemorySealedStores(InMemoryImageStore images) : ISealedStores
{
    private readonly HashSet<Digest> _mounted = [], _proved = [];
    private readonly Dictionary<Digest, StoreFault> _refuted = [];
    private readonly Dictionary<Digest, IReadOnlyList<string>> _names = [];
    private readonly Queue<StoreFault> _faults = new();
    private readonly Queue<LoadException> _failures = new();
    private int _running;

    /// <summary>Whether a store's blob is there; always, when it is left out.</summary>
    public Func<SealedBundle, bool> BlobIsThere { get; set; } = static _ => true;

    /// <summary>What a proof waits for.</summary>
    public Func<CancellationToken, Task> Gate { get; set; } = static _ => Task.CompletedTask;

    /// <summary>The store that was published last.</summary>
    public Digest? Published { get; private set; }

    /// <summary>The store that the runtime sees beside it.</summary>
    public Digest? Beside { get; private set; }

    /// <summary>The stores that are mounted.</summary>
    public IReadOnlyCollection<Digest> Mounted => _mounted;

    /// <summary>What was done, in order: mount, prove, publish, withdraw, retire.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The next proof that is made finds this.</summary>
    public void FindNext(StoreFault fault) => _faults.Enqueue(fault);

    /// <summary>The next mount fails so.</summary>
    public void FailNext(LoadException failure) => _failures.Enqueue(failure);

    /// <inheritdoc/>
    public async ValueTask<StoreFault?> MountAsync(SealedBundle bundle, CancellationToken cancellationToken) => await AloneAsync("mount", () =>
    {
        if (_failures.TryDequeue(out var failure))
            throw failure;
        if (!BlobIsThere(bundle))
            return Task.FromResult<StoreFault?>(new StoreFault(Reasons.BlobUnknown, $"Blob {bundle.Store.Digest} is not there.", Damaged: true));
        if (_refuted.TryGetValue(bundle.Store.Digest, out var known))
            return Task.FromResult<StoreFault?>(known);
        _mounted.Add(bundle.Store.Digest);
        return Task.FromResult<StoreFault?>(null);
    });

    /// <inheritdoc/>
    public async ValueTask<StoreFault?> ProveAsync(SealedBundle bundle, IProgress<StoreProgress> progress, CancellationToken cancellationToken) => await AloneAsync("prove", async () =>
    {
        Require(bundle);
        if (_proved.Contains(bundle.Store.Digest))
            return null;
        progress.Report(new StoreProgress(bundle.Store.Size / 2, bundle.Store.Size));
        await Gate(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (_faults.TryDequeue(out var fault))
        {
            Withdraw(bundle.Store.Digest);
            if (!fault.Damaged)
            {
                _refuted[bundle.Store.Digest] = fault;
                _mounted.Remove(bundle.Store.Digest);
            }
            return fault;
        }
        _proved.Add(bundle.Store.Digest);
        return null;
    });

    /// <inheritdoc/>
    public async ValueTask PublishAsync(SealedBundle bundle, CancellationToken cancellationToken) => await AloneAsync("publish", () =>
    {
        Require(bundle);
        if (Published != bundle.Store.Digest)
            (Published, Beside) = (bundle.Store.Digest, Published);
        _names[bundle.Store.Digest] = [.. bundle.Inventory.Images.Select(static image => image.Name)];
        Show();
        return Task.FromResult(true);
    });

    /// <inheritdoc/>
    public async ValueTask WithdrawAsync(SealedBundle bundle, CancellationToken cancellationToken) => await AloneAsync("withdraw", () =>
    {
        Withdraw(bundle.Store.Digest);
        return Task.FromResult(true);
    });

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> RetireAsync(SealedBundle? current, bool superseded, CancellationToken cancellationToken) => await AloneAsync("retire", () =>
    {
        if (Beside is { } beside && beside != current?.Store.Digest && (superseded || !_proved.Contains(beside)))
            Withdraw(beside);
        if (Published is { } published && published != current?.Store.Digest && !_proved.Contains(published))
            Withdraw(published);
        _mounted.RemoveWhere(store => store != current?.Store.Digest && store != Published && store != Beside);
        return Task.FromResult<IReadOnlyList<string>>([]);
    });

    private void Withdraw(Digest store)
    {
        if (Published == store)
            Published = null;
        if (Beside == store)
            Beside = null;
        Show();
    }

    private void Show() => images.ShowSealed((Published, Beside) is (null, null)
        ? null
        : [.. new[] { Published, Beside }.OfType<Digest>().SelectMany(store => _names[store])]);

    private void Require(SealedBundle bundle)
    {
        if (!_mounted.Contains(bundle.Store.Digest))
            throw new LoadException(Reasons.StoreNotMounted, $"The store {bundle.Store.Digest} is not mounted.");
    }

    private async Task<T> AloneAsync<T>(string call, Func<Task<T>> run)
    {
        if (Interlocked.Increment(ref _running) != 1)
            throw new InvalidOperationException("Two calls at a time.");
        try
        {
            await Task.Yield();
            Calls.Add(call);
            return await run();
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
