using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Records;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Processes;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// An overlay store of containers/storage, filled by skopeo, that the runtime has as an additional image store (DESIGN, "Ways to load images", layer store).
/// Images go into a staging store of their generation; publishing swaps it with what is at <see cref="ImageStoreOptions.StorePath"/>.
/// The store that was published before steps aside, see <see cref="StorePaths"/>.
/// A published generation is closed: importing an image that it has does nothing, importing another one is refused.
/// What was imported is kept when the agent is killed. When the machine restarts before it was published, publishing imports it again from
/// the node's blobs, for the files of its layers may not have reached the disk.
/// </summary>
public sealed class SkopeoImageStore : IImageStore, IDisposable
{
    private readonly ImageStoreOptions _options;
    private readonly ContainerTools _tools;
    private readonly StagingTrash _trash;
    private readonly SpareRecords _records;
    private readonly OrphanedImports _orphans;
    private readonly string _boot;

    // Imports hold one slot each; whoever moves or removes stores holds all of them.
    private readonly SemaphoreSlim _slots;
    private readonly SemaphoreSlim _collecting = new(1, 1);

    // Listing must not see half of one store and half of another.
    private readonly SemaphoreSlim _published = new(1, 1);

    private readonly SemaphoreSlim _areas = new(1, 1);
    private readonly HashSet<string> _openAreas = new(StringComparer.Ordinal);
    private int _imports;

    /// <summary>Makes one; throws <see cref="ArgumentException"/> that names the option at fault. Touches nothing yet.</summary>
    /// <param name="options">Where.</param>
    /// <param name="runner">For the tools.</param>
    /// <param name="runtime">The node's runtime, which is told to remove records that are in the way and that nothing needs; null has them stay.</param>
    public SkopeoImageStore(ImageStoreOptions options, IProcessRunner runner, IContainerRuntime? runtime = null)
    {
        _options = options.Validated();
        _tools = new ContainerTools(_options, runner);
        _trash = new StagingTrash(_options.StagingPath, runner);
        _records = new SpareRecords(runtime);
        _orphans = new OrphanedImports(_options.ProcPath, _options.Time);
        _boot = File.ReadAllText(_options.BootIdPath).Trim();
        _slots = new SemaphoreSlim(_options.ParallelImports, _options.ParallelImports);
    }

    /// <summary>
    /// Makes an empty store at each of the two published paths where no store is.
    /// </summary>
    public void EnsureSkeleton()
    {
        foreach (var path in (string[])[_options.StorePath, SecondStore.Of(_options.StorePath)])
        {
            // A link leads to a sealed store.
            if (new FileInfo(path).LinkTarget is not null || StoreMarker.Read(path) is not null)
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            StoreSkeleton.Make(path);
        }
    }

    /// <inheritdoc/>
    public async ValueTask ImportAsync(string generation, StoreImage image, CancellationToken cancellationToken)
    {
        GenerationName.Check(generation);
        await _slots.WaitAsync(cancellationToken);
        try
        {
            if (PublishedAt(generation) is { } path)
            {
                await RequirePublishedAsync(path, generation, image, cancellationToken);
                return;
            }
            var folders = StagingFolders.Of(_options, generation);
            await OpenAreaAsync(generation, folders, cancellationToken);
            await ImportAsync(folders, image, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(LoadReasons.ImportFailed, $"Image {image.Name} could not be imported", e);
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
        await TakeAllSlotsAsync(cancellationToken);
        try
        {
            await SettleDebtsAsync(generation, cancellationToken);
            foreach (var step in PublicationOf(generation).Remaining())
                await WithoutReadersAsync(step, cancellationToken);
            _openAreas.Remove(generation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(LoadReasons.PublishFailed, $"Generation {generation} could not be published at {_options.StorePath}", e);
        }
        finally
        {
            _slots.Release(_options.ParallelImports);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken) => ListAsync(_options.StorePath, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DiscardAsync(string generation, CancellationToken cancellationToken)
    {
        GenerationName.Check(generation);
        await TakeAllSlotsAsync(cancellationToken);
        try
        {
            var folders = StagingFolders.Of(_options, generation);
            await _orphans.EndAllAsync(folders, cancellationToken);
            _trash.Take(folders.Root);
            if (Directory.Exists(folders.RunRoot))
                Directory.Delete(folders.RunRoot, recursive: true);
            _openAreas.Remove(generation);
            await _trash.EmptyAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(LoadReasons.PublishFailed, $"The staging area of generation {generation} could not be removed", e);
        }
        finally
        {
            _slots.Release(_options.ParallelImports);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> FreeBytesAsync(CancellationToken cancellationToken)
    {
        var folder = _options.StagingPath;
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder)!;
        return ValueTask.FromResult(new DriveInfo(folder).AvailableFreeSpace);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _collecting.Dispose();
        _published.Dispose();
        _areas.Dispose();
    }

    /// <summary>The steps that are left of publishing a generation; for tests that stop between two of them.</summary>
    internal Publication PublicationOf(string generation) => new(_options, generation, _tools, _trash, _records);

    /// <summary>At which of the two paths a generation is; null when it was not published, or is gone.</summary>
    private string? PublishedAt(string generation) =>
        ((string[])[_options.StorePath, SecondStore.Of(_options.StorePath)]).FirstOrDefault(path => StoreMarker.Read(path) == generation);

    private async ValueTask RequirePublishedAsync(string path, string generation, StoreImage image, CancellationToken cancellationToken)
    {
        if (!(await ListAsync(path, cancellationToken)).Contains(image.Name.ToString()))
            throw new LoadException(LoadReasons.ImportFailed, $"Generation {generation} is already published, without image {image.Name}: load under a new generation.");
    }

    /// <summary>Ends what an agent before us left running, and imports again what the machine's restart made doubtful.</summary>
    private async ValueTask SettleDebtsAsync(string generation, CancellationToken cancellationToken)
    {
        var folders = StagingFolders.Of(_options, generation);
        if (PublishedAt(generation) is not null || !Directory.Exists(folders.Root))
            return;
        await _orphans.EndAllAsync(folders, cancellationToken);
        await OpenAreaAsync(generation, folders, cancellationToken);
        foreach (var image in StagingJournal.Open(folders.Journal).Owed(_boot))
            await ImportAsync(folders, image, cancellationToken);
    }

    /// <summary>Makes the area ready, once per life of this object: what an agent before us left is removed or taken over.</summary>
    private async ValueTask OpenAreaAsync(string generation, StagingFolders folders, CancellationToken cancellationToken)
    {
        await _areas.WaitAsync(cancellationToken);
        try
        {
            if (_openAreas.Contains(generation))
                return;
            await _orphans.EndAllAsync(folders, cancellationToken);
            folders.RemoveLeftovers();
            var journal = StagingJournal.Open(folders.Journal);
            var believed = journal.Boot is not null && (journal.Boot == _boot || StoreMarker.Read(folders.Store) == generation);
            if (!believed)
                _trash.Take(folders.Store);
            folders.Create();
            if (journal.Boot != _boot)
                journal.Begin(_boot, keep: believed);
            _openAreas.Add(generation);
            await _trash.EmptyAsync(cancellationToken);
        }
        finally
        {
            _areas.Release();
        }
    }

    private async ValueTask ImportAsync(StagingFolders folders, StoreImage image, CancellationToken cancellationToken)
    {
        StoreMarker.Remove(folders.Store);
        var number = Interlocked.Increment(ref _imports);
        var layout = Path.Combine(folders.Layouts, $"{number}");
        var temporary = Path.Combine(folders.Temporary, $"{number}");
        try
        {
            Directory.CreateDirectory(temporary);
            OciLayout.Write(layout, image);
            await _tools.ImportAsync(folders, layout, temporary, image, cancellationToken);
            await RecordAsync(folders, image);
        }
        catch
        {
            await _orphans.EndUnpackersAsync(folders, CancellationToken.None);
            throw;
        }
        finally
        {
            RemoveQuietly(layout);
            RemoveQuietly(temporary);
        }
    }

    private async ValueTask RecordAsync(StagingFolders folders, StoreImage image)
    {
        await _areas.WaitAsync(CancellationToken.None);
        try
        {
            StagingJournal.Open(folders.Journal).Add(_boot, image);
        }
        finally
        {
            _areas.Release();
        }
    }

    private async ValueTask<IReadOnlySet<string>> ListAsync(string path, CancellationToken cancellationToken)
    {
        await _published.WaitAsync(cancellationToken);
        try
        {
            return Directory.Exists(path) ? await _tools.ListAsync(path, cancellationToken) : new HashSet<string>();
        }
        finally
        {
            _published.Release();
        }
    }

    private async ValueTask WithoutReadersAsync(Publication.Step step, CancellationToken cancellationToken)
    {
        await _published.WaitAsync(cancellationToken);
        try
        {
            await step.RunAsync(cancellationToken);
        }
        finally
        {
            _published.Release();
        }
    }

    private async ValueTask TakeAllSlotsAsync(CancellationToken cancellationToken)
    {
        await _collecting.WaitAsync(cancellationToken);
        var taken = 0;
        try
        {
            for (; taken < _options.ParallelImports; taken++)
                await _slots.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            if (taken > 0)
                _slots.Release(taken);
            throw;
        }
        finally
        {
            _collecting.Release();
        }
    }

    /// <summary>What stays is removed when the area is opened the next time; it must not hide why an import failed.</summary>
    private static void RemoveQuietly(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private LoadException Failure(string reason, string what, Exception error) =>
        error.HResult == LibC.ENOSPC
            ? new LoadException(LoadReasons.NoSpace, $"{what}: the file system of {_options.StagingPath} is full. Free space on it, then load again.", error)
            : new LoadException(reason, $"{what}: {error.Message}. Staging and store must be folders of one writable file system.", error);
}
