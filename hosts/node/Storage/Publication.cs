using System.Text.Json;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Records;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// The way of a staged store to the published path. The process may die between any two steps, and within them; whoever publishes the
/// same generation again finds out from the markers where to go on:
/// <code>
///   published marker   staged store   so                          goes on with
///   other or none      there          not flipped yet             1 check .. 8
///   this generation    there          flipped, old one is left    6 settle .. 8
///   this generation    gone           done                        6 settle .. 8, which find nothing to do
///   at second path     gone           seen beside a later one     flip, 6 settle .. 8
///   other or none      gone           nothing was staged          PublishFailed
/// </code>
/// What was published before steps aside in step 4 (<see cref="RoomBeside"/>), so that its images are seen until the cluster runs what was published after it.
/// </summary>
internal sealed class Publication(ImageStoreOptions options, string generation, ContainerTools tools, StagingTrash trash, SpareRecords records)
{
    private readonly StorePaths _paths = new(options.StorePath, options.StagingPath, trash);
    private readonly StagingFolders _folders = StagingFolders.Of(options, generation);

    /// <summary>A step and its name.</summary>
    public sealed record Step(string Name, Func<CancellationToken, ValueTask> RunAsync);

    /// <summary>The steps that are left to do, in their order.</summary>
    public IReadOnlyList<Step> Remaining()
    {
        Step[] after =
        [
            new("6 settle", Do(SyncNames)),
            new("7 retire", Do(Retire)),
            new("8 sweep", trash.EmptyAsync),
        ];
        if (StoreMarker.Read(options.StorePath) == generation)
            return after;
        if (StoreMarker.Read(_paths.Second) == generation)
            return [new("5 flip", Do(_paths.Exchange)), .. after];
        return
        [
            new("1 check", CheckAsync),
            new("2 sync", Do(() => Durable.SyncFileSystem(_folders.Store))),
            new("3 mark", Do(() => StoreMarker.Write(_folders.Store, generation))),
            new("4 make room", MakeRoomAsync),
            new("5 flip", Do(Flip)),
            .. after,
        ];
    }

    /// <summary>Every image whose import ended well is there, and usable, as the runtime will see it.</summary>
    private async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        var promised = StagingJournal.Open(_folders.Journal).Promised.Select(static image => image.Name.ToString()).ToList();
        if (promised.Count == 0 || !Directory.Exists(_folders.Store))
            throw new LoadException(LoadReasons.PublishFailed, $"Nothing was imported as generation {generation}: import its images before publishing them.");
        await tools.RepairAsync(_folders, promised[0], cancellationToken);
        RefuseIncompleteLayers();
        var listed = await tools.ListAsync(_folders.Store, cancellationToken);
        var missing = promised.Where(name => !listed.Contains(name)).ToList();
        if (missing.Count > 0)
            throw new LoadException(LoadReasons.PublishFailed, $"{missing.Count} imported images are not in the store of generation {generation}, such as {missing[0]}: discard the staging area and load again.");
    }

    /// <summary>
    /// The runtime believes a layer that is flagged as incomplete, and fails whole listings over it (reference/container-storage.md section 0,
    /// fact 4). Repairing removes such layers; were one left, publishing would do more harm than not publishing.
    /// </summary>
    private void RefuseIncompleteLayers()
    {
        var path = Path.Combine(_folders.Store, "overlay-layers", "layers.json");
        if (!File.Exists(path))
            return;
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var layer in document.RootElement.EnumerateArray())
        {
            if (layer.TryGetProperty("flags", out var flags) && flags.ValueKind == JsonValueKind.Object && flags.TryGetProperty("incomplete", out var incomplete) && incomplete.ValueKind == JsonValueKind.True)
                throw new LoadException(LoadReasons.PublishFailed, $"Layer {layer.GetProperty("id").GetString()} of generation {generation} is incomplete: discard the staging area and load again.");
        }
    }

    private async ValueTask MakeRoomAsync(CancellationToken cancellationToken)
    {
        var needed = StagingJournal.Open(_folders.Journal).Promised.Select(static image => image.Name.ToString()).ToHashSet(StringComparer.Ordinal);
        var room = new RoomBeside(_paths, options.RuntimeStorage, records, _paths.EmptySecond);
        try
        {
            await room.ClearAsync(_folders.Store, needed, cancellationToken);
        }
        catch (RuntimeException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
        room.Make(_folders.Store, needed, $"The layer store of generation {generation}");
    }

    /// <summary>
    /// With something published, even the empty skeleton or the link to a sealed store, the two are exchanged, so that there is no moment at which the path does not exist:
    /// CRI-O does not start without it.
    /// </summary>
    private void Flip()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(options.StorePath)!);
        Durable.Rename(_folders.Store, options.StorePath, exchange: FileStatus.Of(options.StorePath) is not null);
    }

    private void SyncNames()
    {
        Durable.SyncFolder(Path.GetDirectoryName(options.StorePath)!);
        if (Directory.Exists(_folders.Root))
            Durable.SyncFolder(_folders.Root);
    }

    private void Retire()
    {
        trash.Take(_folders.Root);
        if (Directory.Exists(_folders.RunRoot))
            Directory.Delete(_folders.RunRoot, recursive: true);
    }

    private static Func<CancellationToken, ValueTask> Do(Action action) => cancellationToken =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        action();
        return ValueTask.CompletedTask;
    };
}
