using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>
/// By which store's files a layer of the main storage was made. Its file <c>lower</c> has a short link for each layer below, such as <c>l/3XND...</c>, whose name is random: another store that has
/// a layer of the same id has it by another link, and is of no use to that layer (containers/storage, drivers/overlay/overlay.go).
/// </summary>
/// <param name="store">The store that is to go.</param>
/// <param name="main">The main storage.</param>
/// <param name="staying">The stores that stay.</param>
internal sealed class LowerLinks(string store, string main, IReadOnlyList<string> staying)
{
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>The first layer below a record that has a link which only the store has; null when there is none.</summary>
    /// <exception cref="RuntimeException">The storage cannot be read.</exception>
    public string? First(StorageRecord record, IReadOnlyDictionary<string, StorageRecord> layers)
    {
        var (ahead, seen) = (new Queue<string>(record.Below), new HashSet<string>(StringComparer.Ordinal));
        while (ahead.TryDequeue(out var id))
        {
            if (!seen.Add(id))
                continue;
            if (Points(id))
                return id;
            foreach (var below in layers.GetValueOrDefault(id)?.Below ?? [])
                ahead.Enqueue(below);
        }
        return null;
    }

    private bool Points(string layer)
    {
        if (_known.TryGetValue(layer, out var points))
            return points;
        var file = Path.Combine(main, "overlay", layer, "lower");
        try
        {
            points = File.Exists(file) && File.ReadAllText(file).Split(':').Any(link => Has(store, link) && !staying.Append(main).Any(other => Has(other, link)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RuntimeException(RuntimeReasons.RuntimeFailed, $"The layers of the runtime's storage cannot be read: {e.Message} - no store is retired while that is so; see the runtime's log on this node.", e);
        }
        return _known[layer] = points;
    }

    private static bool Has(string storage, string link) => FileStatus.Of(Path.Combine(storage, "overlay", link.Trim())) is not null;
}
