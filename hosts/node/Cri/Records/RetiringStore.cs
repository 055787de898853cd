namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>
/// Looks for what in the runtime's main storage points into a store that is to be retired. Newer CRI-O records an image that it pulls in the main
/// storage though all its layers are in an additional store, and every version builds pulled images on layers found there; once the store is gone, one such record
/// makes every listing of images fail (reference/container-storage.md D4). Reads only.
/// </summary>
public static class RetiringStore
{
    /// <summary>
    /// What stands on the store. True for the moment of looking: look once more when nothing can be pulled from it any longer, right before it is retired.
    /// </summary>
    /// <param name="store">The folder of the store that is to go.</param>
    /// <param name="main">The folder of the main storage, <c>/var/lib/containers/storage</c> on a node.</param>
    /// <param name="staying">Folders of the additional stores that stay.</param>
    /// <param name="needed">Names by digest of images that must be there afterwards.</param>
    /// <exception cref="RuntimeException">Records cannot be read; then nothing may be retired.</exception>
    public static StoreDependents FindDependents(string store, string main, IReadOnlyList<string> staying, IReadOnlySet<string> needed)
    {
        // Images and containers before layers: what comes in between is then known too well, not too little.
        var images = StorageRecords.Images(main).ToList();
        var containers = StorageRecords.Containers(main).ToList();
        var remaining = Index(staying.Prepend(main).SelectMany(StorageRecords.Layers));
        var going = Index(StorageRecords.Layers(store));

        var own = StorageRecords.Images(store).Select(static image => image.Id).ToHashSet(StringComparer.Ordinal);
        var used = containers.Select(static container => container.Image).ToHashSet(StringComparer.Ordinal);
        var links = new LowerLinks(store, main, staying);
        var (dependent, broken) = (new List<DependentImage>(), new List<string>());
        foreach (var image in images)
        {
            var (missing, isGoing) = FirstMissing(image, remaining, going);
            if (missing is not null && !isGoing)
                broken.Add(image.Id);
            else if ((missing ?? links.First(image, remaining)) is { } layer)
                dependent.Add(new DependentImage(image.Id, image.Names, layer, Remedy(image)));
        }
        return new StoreDependents(dependent, [.. containers.Select(Dependent).OfType<DependentContainer>()], broken);

        DependentContainer? Dependent(StorageRecord container) =>
            (FirstMissing(container, remaining, going) is { Layer: not null, IsGoing: true } found ? found.Layer : links.First(container, remaining)) is { } layer
                ? new DependentContainer(container.Id, container.Image ?? "", layer)
                : null;

        RecordRemedy Remedy(StorageRecord image) =>
            used.Contains(image.Id) ? RecordRemedy.KeepStore
            : image.Names.Any(needed.Contains) ? RecordRemedy.PullAgain
            : own.Contains(image.Id) ? RecordRemedy.Remove
            : RecordRemedy.KeepStore;
    }

    private static Dictionary<string, StorageRecord> Index(IEnumerable<StorageRecord> layers)
    {
        var index = new Dictionary<string, StorageRecord>(StringComparer.Ordinal);
        foreach (var layer in layers)
            index.TryAdd(layer.Id, layer);
        return index;
    }

    /// <summary>The first layer, from the top, that does not remain, and whether it is one of the store; null when all remain. A layer that is nowhere counts more.</summary>
    private static (string? Layer, bool IsGoing) FirstMissing(StorageRecord record, Dictionary<string, StorageRecord> remaining, Dictionary<string, StorageRecord> going)
    {
        string? first = null;
        var (ahead, seen) = (new Queue<string>(record.Below), new HashSet<string>(StringComparer.Ordinal));
        while (ahead.TryDequeue(out var id))
        {
            if (!seen.Add(id))
                continue;
            if (!remaining.TryGetValue(id, out var layer))
            {
                if (!going.TryGetValue(id, out layer))
                    return (id, false);
                first ??= id;
            }
            foreach (var below in layer.Below)
                ahead.Enqueue(below);
        }
        return (first, first is not null);
    }
}
