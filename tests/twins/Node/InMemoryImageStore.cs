using Handcarry.Actors.Node;

namespace Handcarry.Twins.Node;

/// <summary>
/// An <see cref="IImageStore"/> of names. Stricter than the real one: it never answers at once, and publishing or discarding what is
/// being imported is an error of the caller here, where the real one would wait.
/// </summary>
public sealed class InMemoryImageStore : IImageStore
{
    private readonly Lock _gate = new();
    private readonly Func<StoreImage, bool> _blobsAreThere;
    private readonly Dictionary<string, HashSet<StoreImage>> _staged = [];
    private readonly Dictionary<string, int> _running = [];
    private readonly Queue<LoadException> _failures = new();
    private readonly List<string> _imports = [];
    private HashSet<StoreImage> _published = [];
    private string? _generation;
    private HashSet<string>? _sealed;

    /// <summary>Makes one whose imports succeed when <paramref name="blobsAreThere"/> says so; always, when it is left out.</summary>
    public InMemoryImageStore(Func<StoreImage, bool>? blobsAreThere = null) => _blobsAreThere = blobsAreThere ?? (static _ => true);

    /// <summary>Bytes free, as told.</summary>
    public long FreeBytes { get; set; } = 100L << 30;

    /// <summary>The published generation; null when there is none.</summary>
    public string? Generation
    {
        get
        {
            lock (_gate)
                return _generation;
        }
    }

    /// <summary>Names of the images whose import ended well, in that order, with repetitions.</summary>
    public IReadOnlyList<string> Imports
    {
        get
        {
            lock (_gate)
                return [.. _imports];
        }
    }

    /// <summary>The next import or publication fails so.</summary>
    public void FailNext(LoadException failure)
    {
        lock (_gate)
            _failures.Enqueue(failure);
    }

    /// <summary>What is published loses as many images.</summary>
    public void Lose(int count)
    {
        lock (_gate)
            _published = [.. _published.Skip(count)];
    }

    /// <inheritdoc/>
    public async ValueTask ImportAsync(string generation, StoreImage image, CancellationToken cancellationToken)
    {
        Check(generation);
        lock (_gate)
            _running[generation] = _running.GetValueOrDefault(generation) + 1;
        try
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
                Import(generation, image);
        }
        finally
        {
            lock (_gate)
                _running[generation]--;
        }
    }

    /// <inheritdoc/>
    public async ValueTask PublishAsync(string generation, CancellationToken cancellationToken)
    {
        Check(generation);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            RefuseWhileImporting(generation);
            if (_generation == generation)
                return;
            ThrowNextFailure();
            if (!_staged.Remove(generation, out var images))
                throw new LoadException("PublishFailed", $"Nothing was imported as generation {generation}: import its images before publishing them.");
            (_published, _generation, _sealed) = (images, generation, null);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return _sealed?.ToHashSet(StringComparer.Ordinal) ?? _published.Select(static image => image.Name.ToString()).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>From now on a sealed store with these images is seen instead of what was imported; null for none.</summary>
    internal void ShowSealed(HashSet<string>? names)
    {
        lock (_gate)
            _sealed = names;
    }

    /// <inheritdoc/>
    public async ValueTask DiscardAsync(string generation, CancellationToken cancellationToken)
    {
        Check(generation);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            RefuseWhileImporting(generation);
            _staged.Remove(generation);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> FreeBytesAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return FreeBytes;
    }

    private void Import(string generation, StoreImage image)
    {
        if (_generation == generation)
        {
            if (_published.All(there => there.Name != image.Name))
                throw new LoadException("ImportFailed", $"Generation {generation} is already published, without image {image.Name}: load under a new generation.");
            return;
        }
        ThrowNextFailure();
        if (!_blobsAreThere(image))
            throw new LoadException("ImportFailed", $"Image {image.Name} could not be imported: a blob of it is not there.");
        if (!_staged.TryGetValue(generation, out var images))
            _staged[generation] = images = [];
        images.Add(image);
        _imports.Add(image.Name.ToString());
    }

    private void ThrowNextFailure()
    {
        if (_failures.TryDequeue(out var failure))
            throw failure;
    }

    private void RefuseWhileImporting(string generation)
    {
        if (_running.GetValueOrDefault(generation) > 0)
            throw new InvalidOperationException($"Generation {generation} is still being imported: wait for the imports, or cancel them, first.");
    }

    private static void Check(string generation)
    {
        if (generation.Length is 0 or > 64 || generation.Any(static c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
            throw new ArgumentException($"\"{generation}\" is not a generation: expected 1 to 64 of a-z, 0-9 and -.", nameof(generation));
    }
}
