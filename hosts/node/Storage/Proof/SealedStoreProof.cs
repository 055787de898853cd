using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// Proves that a store is what a bundle says: the folder it was made in, a mounted sealed store, or one unpacked from it. It need not be trusted: nothing in
/// it is followed, executed or believed, and memory is bounded by <see cref="StoreProofOptions"/>.
/// <para>1. The records of images and layers name the bundle's images, with its very manifests and configurations, and nothing else.</para>
/// <para>2. The chain of each image's layers is that of its configuration's diff_ids.</para>
/// <para>3. Nothing else is in the store, and the layers refer to each other as the chains say.</para>
/// <para>4. Each layer's tar stream, put together again from its files, hashes to its diff_id.</para>
/// <para>5. Each layer's folder holds what the stream's headers say, and nothing else.</para>
/// A store that is mounted may be mounted besides meanwhile. The result does not wait until the kernel has forgotten what was read through that; whoever needs the store's file to be free waits for <see cref="Released"/>.
/// For one proof at a time.
/// </summary>
public sealed class SealedStoreProof
{
    // So that a listener is called often enough for people and not for every buffer.
    private const long ReportEvery = 16 << 20;

    private readonly StoreProofOptions _options;

    /// <summary>Makes one; throws <see cref="ArgumentException"/> that names the option at fault.</summary>
    public SealedStoreProof(StoreProofOptions options) => _options = options.Validated();

    /// <summary>Ends when nothing of the last store is mounted besides any more.</summary>
    public Task Released { get; private set; } = Task.CompletedTask;

    // Whoever reads through a loop device waits for it a sixth of the time. Where all cores may be used somebody else reads meanwhile; where they may not, that would take one too many.
    private int Readers => _options.Parallelism < Environment.ProcessorCount ? _options.Parallelism : 2 * _options.Parallelism;

    /// <summary>Finds everything that is wrong with the store. The progress is reported from any thread.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.StoreUnreadable"/> when the store's folder cannot be opened.</exception>
    public async Task<StoreProof> RunAsync(StoreView store, IReadOnlyList<ExpectedImage> images, IProgress<StoreProofProgress>? progress, CancellationToken cancellationToken)
    {
        await Released;
        var lanes = Open(store);
        try
        {
            return await RunAsync(lanes, store.OwnersKnown, images, progress, cancellationToken);
        }
        finally
        {
            lanes.First.Dispose();
            Released = Task.Run(lanes.Dispose, CancellationToken.None);
        }
    }

    private async Task<StoreProof> RunAsync(StoreLanes lanes, bool ownersKnown, IReadOnlyList<ExpectedImage> images, IProgress<StoreProofProgress>? progress, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var findings = new Findings(_options.MaxViolations, _options.OnlyFirst ? enough.Cancel : null);
        var (layers, recorded) = new ImagesProof(lanes.First, _options, findings).Run(images);
        new StoreShape(lanes.First, layers, recorded, findings).Run();

        var total = layers.Values.Sum(layer => Math.Clamp(layer.Size, 0, _options.MaxLayerBytes));
        var (done, reported) = (0L, 0L);
        // Not disposed: whoever helped with the last layer may give its core back a little later.
        var cores = new SemaphoreSlim(Readers);
        var inodes = new StoreInodes();
        try
        {
            await Parallel.ForEachAsync(
                layers.Values.OrderByDescending(static layer => layer.Size),
                // On the threads of whoever asks, as they may be quieter ones.
                new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = enough.Token, TaskScheduler = TaskScheduler.Current },
                (layer, stop) =>
                {
                    var parent = layer.Parent is { } id && layers.TryGetValue(id, out var below) ? below.Diff : null;
                    cores.Wait(stop);
                    try
                    {
                        lanes.Use(folder => new LayerProof(folder, layer, parent, ownersKnown, _options, findings, cores, inodes, Passed).Run(stop));
                    }
                    finally
                    {
                        cores.Release();
                    }
                    return ValueTask.CompletedTask;
                });
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // One violation was enough.
        }
        progress?.Report(new StoreProofProgress(done, Math.Max(done, total)));
        return findings.Conclude(ownersKnown, images.Count, layers.Count, done);

        void Passed(long bytes)
        {
            var now = Interlocked.Add(ref done, bytes);
            var before = Volatile.Read(ref reported);
            if (now - before >= ReportEvery && Interlocked.CompareExchange(ref reported, now, before) == before)
                progress?.Report(new StoreProofProgress(now, Math.Max(now, total)));
        }
    }

    private StoreLanes Open(StoreView store)
    {
        try
        {
            return StoreLanes.Open(store, Readers);
        }
        catch (IOException e)
        {
            throw new ContentException(Reasons.StoreUnreadable, $"The store cannot be opened: {e.Message}. Look for the medium or the folder it is on, then try again.", e);
        }
    }
}
