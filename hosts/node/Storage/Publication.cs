using System.Text.Json;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// The way of a staged store to the published path. The process may die between any two steps, and within them; whoever publishes the
/// same generation again finds out from the markers where to go on:
/// <code>
///   published marker   staged store   so                        goes on with
///   other or none      there          not flipped yet           1 check .. 7
///   this generation    there          flipped, old one is left  5 settle .. 7
///   this generation    gone           done                      5 settle .. 7, which find nothing to do
///   other or none      gone           nothing was staged        PublishFailed
/// </code>
/// The old store is removed in step 7: containers that run from it, and records of newer CRI-O in its main store that point into it, are not
/// yet considered.
/// </summary>
internal sealed class Publication(ImageStoreOptions options, string generation, ContainerTools tools, StagingTrash trash)
{
    private readonly StagingFolders _folders = StagingFolders.Of(options, generation);

    /// <summary>A step and its name.</summary>
    public sealed record Step(string Name, Func<CancellationToken, ValueTask> RunAsync);

    /// <summary>The steps that are left to do, in their order.</summary>
    public IReadOnlyList<Step> Remaining()
    {
        Step[] after =
        [
            new("5 settle", Do(SyncNames)),
            new("6 retire", Do(Retire)),
            new("7 sweep", trash.EmptyAsync),
        ];
        if (StoreMarker.Read(options.StorePath) == generation)
            return after;
        return
        [
            new("1 check", CheckAsync),
            new("2 sync", Do(() => Durable.SyncFileSystem(_folders.Store))),
            new("3 mark", Do(() => StoreMarker.Write(_folders.Store, generation))),
            new("4 flip", Do(Flip)),
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
