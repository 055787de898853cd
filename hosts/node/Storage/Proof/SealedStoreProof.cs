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
/// </summary>
public sealed class SealedStoreProof
{
    // So that a listener is called often enough for people and not for every buffer.
    private const long ReportEvery = 16 << 20;

    private readonly StoreProofOptions _options;

    /// <summary>Makes one; throws <see cref="ArgumentException"/> that names the option at fault.</summary>
    public SealedStoreProof(StoreProofOptions options) => _options = options.Validated();

    /// <summary>Finds everything that is wrong with the store. The progress is reported from any thread.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.StoreUnreadable"/> when the store's folder cannot be opened.</exception>
    public async Task<StoreProof> RunAsync(StoreView store, IReadOnlyList<ExpectedImage> images, IProgress<StoreProofProgress>? progress, CancellationToken cancellationToken)
    {
        using var top = Open(store);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var findings = new Findings(_options.MaxViolations, _options.OnlyFirst ? enough.Cancel : null);
        var (layers, recorded) = new ImagesProof(top, _options, findings).Run(images);
        new StoreShape(top, layers, recorded, findings).Run();

        var total = layers.Values.Sum(layer => Math.Clamp(layer.Size, 0, _options.MaxLayerBytes));
        var (done, reported) = (0L, 0L);
        // Not disposed: whoever helped with the last layer may give its core back a little later.
        var cores = new SemaphoreSlim(_options.Parallelism);
        var lookups = new Lock();
        try
        {
            await Parallel.ForEachAsync(
                layers.Values.OrderByDescending(static layer => layer.Size),
                // On the threads of whoever asks, as they may be quieter ones.
                new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism, CancellationToken = enough.Token, TaskScheduler = TaskScheduler.Current },
                (layer, stop) =>
                {
                    var parent = layer.Parent is { } id && layers.TryGetValue(id, out var below) ? below.Diff : null;
                    cores.Wait(stop);
                    try
                    {
                        new LayerProof(top, layer, parent, store.OwnersKnown, _options, findings, cores, lookups, Passed).Run(stop);
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
        return findings.Conclude(store.OwnersKnown, images.Count, layers.Count, done);

        void Passed(long bytes)
        {
            var now = Interlocked.Add(ref done, bytes);
            var before = Volatile.Read(ref reported);
            if (now - before >= ReportEvery && Interlocked.CompareExchange(ref reported, now, before) == before)
                progress?.Report(new StoreProofProgress(now, Math.Max(now, total)));
        }
    }

    private static StoreFolder Open(StoreView store)
    {
        try
        {
            return StoreFolder.Open(store);
        }
        catch (IOException e)
        {
            throw new ContentException(Reasons.StoreUnreadable, $"The store cannot be opened: {e.Message}. Look for the medium or the folder it is on, then try again.", e);
        }
    }
}
