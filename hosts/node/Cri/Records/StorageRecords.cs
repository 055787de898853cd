using System.Text.Json;

namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>
/// Reads the records of a containers/storage folder without its locks: each file is replaced as a whole (store.go, images.go, layers.go, containers.go).
/// CRI-O's containers are in the files that begin with volatile-. The storage is the runtime's own and trusted as such.
/// </summary>
internal static class StorageRecords
{
    private const long MaxFile = 256 << 20;

    public static IEnumerable<StorageRecord> Images(string storage) => Read(storage, "overlay-images/images.json", static (record, below) =>
    {
        Add(below, record, "layer");
        AddAll(below, record, "mapped-layers");
    });

    public static IEnumerable<StorageRecord> Layers(string storage) => Read(storage, "overlay-layers/layers.json", Parent).Concat(Read(storage, "overlay-layers/volatile-layers.json", Parent));

    public static IEnumerable<StorageRecord> Containers(string storage) =>
        Read(storage, "overlay-containers/containers.json", Layer).Concat(Read(storage, "overlay-containers/volatile-containers.json", Layer));

    private static void Parent(JsonElement record, List<string> below) => Add(below, record, "parent");

    private static void Layer(JsonElement record, List<string> below) => Add(below, record, "layer");

    private static List<StorageRecord> Read(string storage, string file, Action<JsonElement, List<string>> readBelow)
    {
        var path = Path.Combine(storage, file);
        try
        {
            if (!File.Exists(path))
                return [];
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxFile)
                throw new InvalidDataException($"it has more than {MaxFile} bytes");
            // An empty file is what the library makes of an empty store, too.
            if (stream.Length == 0)
                return [];
            using var document = JsonDocument.Parse(stream);
            return [.. document.RootElement.EnumerateArray().Select(record =>
            {
                var (names, below) = (new List<string>(), new List<string>());
                AddAll(names, record, "names");
                readBelow(record, below);
                return new StorageRecord(record.GetProperty("id").GetString()!, names, below, record.TryGetProperty("image", out var image) ? image.GetString() : null);
            })];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new RuntimeException(RuntimeReasons.RuntimeFailed, $"The records of the runtime's storage in {path} cannot be read: {e.Message} - no store is retired while that is so; see the runtime's log on this node.", e);
        }
    }

    private static void Add(List<string> to, JsonElement record, string member)
    {
        if (record.TryGetProperty(member, out var value) && value.GetString() is { Length: > 0 } text)
            to.Add(text);
    }

    private static void AddAll(List<string> to, JsonElement record, string member)
    {
        if (record.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array)
            to.AddRange(list.EnumerateArray().Select(static item => item.GetString()).OfType<string>());
    }
}
