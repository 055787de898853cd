using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>
/// The strategy cri-pull as an image store: the runtime pulls each image from this node's own mirror into its main storage, where it is seen at once. What publishing
/// changes is which images are asked for. A release that runs and the one before it stay; what was pulled for older ones, or for a bundle that was given up, is removed
/// unless the runtime had it before, a container uses it, or it has another name by now.
/// </summary>
public sealed class PullingImageStore : IImageStore, IDisposable
{
    // Two: the release that runs and the one that comes next, as the mirror serves them.
    private const int MostPublished = 2;

    // A runtime keeps the compressed layer, too; unpacked it was measured at 2.8 times its size (reference/container-storage.md section A).
    private const int SizeFactor = 4;

    private readonly IContainerRuntime _runtime;
    private readonly Func<CancellationToken, ValueTask<IReadOnlyList<RuntimeContainer>>> _containers;
    private readonly BundleImages _images;
    private readonly Func<string, string> _hostPath;
    private readonly PullJournal _journal;
    private readonly ImagePull _pull;
    private readonly SemaphoreSlim _slots;

    /// <param name="runtime">The node's runtime.</param>
    /// <param name="containers">Lists its containers.</param>
    /// <param name="images">The bundles' documents.</param>
    /// <param name="state">The folder for the journal of what was pulled.</param>
    /// <param name="hostPath">Where this process sees a path that the runtime names.</param>
    /// <param name="options">How many pulls at once, and what stays free.</param>
    /// <exception cref="LoadException">The journal is damaged.</exception>
    public PullingImageStore(
        IContainerRuntime runtime, Func<CancellationToken, ValueTask<IReadOnlyList<RuntimeContainer>>> containers, BundleImages images, string state, Func<string, string> hostPath, ImagePullOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_runtime, _containers, _images, _hostPath) = (runtime, containers, images, hostPath);
        _journal = PullJournal.Open(state);
        _pull = new ImagePull(runtime, folder => FreeBytes(hostPath(folder)), options);
        _slots = new SemaphoreSlim(options.Parallel, options.Parallel);
    }

    /// <inheritdoc/>
    public async ValueTask ImportAsync(string generation, StoreImage image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        GenerationName.Check(generation);
        if (_journal.Record.Published == generation && _journal.Find(generation)?.Images.Any(known => known.Done && known.Name == image.Name.ToString()) != true)
            throw new LoadException(LoadReasons.ImportFailed, $"Generation {generation} is already published, without image {image.Name}: load under a new generation.");
        await _slots.WaitAsync(cancellationToken);
        try
        {
            await ToldAsync(() => PullAsync(generation, image.Name, cancellationToken));
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask PublishAsync(string generation, CancellationToken cancellationToken)
    {
        GenerationName.Check(generation);
        if (_journal.Record.Published == generation)
            return;
        if (_journal.Find(generation)?.Images.Any(static image => image.Done) != true)
            throw new LoadException(LoadReasons.PublishFailed, $"Nothing was imported as generation {generation}: import its images before publishing them.");
        cancellationToken.ThrowIfCancellationRequested();
        _journal.Publish(generation);
        foreach (var old in _journal.Record.Generations.Where(static known => known.WasPublished).SkipLast(MostPublished).ToList())
            await ToldAsync(() => RemoveAsync(old, cancellationToken));
    }

    /// <summary>Of what is published, what the runtime has.</summary>
    /// <exception cref="LoadException">The runtime cannot be asked.</exception>
    public async ValueTask<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken)
    {
        var published = _journal.Record.Published is { } generation ? _journal.Find(generation)!.Images.Where(static image => image.Done) : [];
        return (await AskedImages.ForAsync(_runtime, _images, published.Select(static image => ImageName.Parse(image.Name)), cancellationToken)).Known;
    }

    /// <inheritdoc/>
    public async ValueTask DiscardAsync(string generation, CancellationToken cancellationToken)
    {
        GenerationName.Check(generation);
        if (_journal.Find(generation) is { WasPublished: false } staged)
            await ToldAsync(() => RemoveAsync(staged, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<long> FreeBytesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _runtime.FactsAsync(cancellationToken)).ImageFolders.Select(folder => FreeBytes(_hostPath(folder))).DefaultIfEmpty().Min();
        }
        catch (RuntimeException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async ValueTask PullAsync(string generation, ImageName name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var image = await _images.WantedAsync(name, cancellationToken);
        var (layers, absent) = await _images.ContentAsync(image, cancellationToken);
        var missing = await AskedRuntime.ForAsync(_runtime, [image], cancellationToken);
        if (missing.Count > 0 && absent.Count > 0)
            throw new LoadException(LoadReasons.ImportFailed, $"Image {name} could not be imported: this node does not have its blob {absent[0]}. Fetch it again, then load again.");

        var pulled = new PulledImage(name.ToString(), [.. image.Names.Select(static each => each.ToString())], Ours: missing.Count == image.Names.Count, Done: false);
        if (_journal.Find(generation)?.Images.Any(known => known.Done && known.Name == pulled.Name) != true)
            _journal.Put(generation, pulled);
        if (await _pull.RunAsync([image], SizeFactor * layers.Sum(static layer => layer.Size), null, cancellationToken) is [{ } failure, ..])
            throw new LoadException(failure.Reason, failure.Message);
        await SyncAsync(missing.Count > 0, cancellationToken);
        _journal.Put(generation, pulled with { Done = true });
    }

    // Neither runtime syncs the files of layers; after a power cut they would be there and empty (reference/container-storage.md section 0, fact 3).
    private async ValueTask SyncAsync(bool wasPulled, CancellationToken cancellationToken)
    {
        if (!wasPulled)
            return;
        foreach (var folder in (await _runtime.FactsAsync(cancellationToken)).ImageFolders.Select(_hostPath).Where(Directory.Exists))
            Durable.SyncFileSystem(folder);
    }

    private async ValueTask RemoveAsync(PulledGeneration generation, CancellationToken cancellationToken)
    {
        var others = _journal.Record.Generations.Where(other => other.Name != generation.Name).SelectMany(static other => other.Images).Select(static image => image.Name).ToHashSet(StringComparer.Ordinal);
        var going = generation.Images.Where(image => image.Ours && !others.Contains(image.Name)).ToList();
        var used = going.Count == 0 ? [] : (await _containers(cancellationToken)).Select(static container => container.Image).ToHashSet(StringComparer.Ordinal);
        foreach (var image in going)
        {
            foreach (var name in image.Names)
            {
                if (await _runtime.FindAsync(name, cancellationToken) is { } found && !used.Contains(found.Id) && !found.Names.Any(used.Contains) && found.Names.All(image.Names.Contains))
                    await _runtime.RemoveAsync(name, cancellationToken);
            }
        }
        _journal.Forget(generation.Name);
    }

    private static async ValueTask ToldAsync(Func<ValueTask> work)
    {
        try
        {
            await work();
        }
        catch (RuntimeException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
        catch (ContentException e)
        {
            throw new LoadException(LoadReasons.ImportFailed, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LoadException(LoadReasons.ImportFailed, $"What is pulled cannot be written down: {e.Message} Put that right, then load again.", e);
        }
    }

    // The runtime makes its folder with the first image.
    private static long FreeBytes(string folder)
    {
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder)!;
        return new DriveInfo(folder).AvailableFreeSpace;
    }
}
