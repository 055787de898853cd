using System.Text;
using System.Text.Json;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// Which images were imported into a staging area, and under which boot of the machine: a line of JSON each, durable when its call has
/// returned. skopeo does not sync layer files; after a power cut a store may look whole and hold empty files that a second import does not
/// repair (reference/container-storage.md section 0, fact 3). So what was staged under another boot is not believed, but owed: it is
/// imported again before the area is published.
/// </summary>
internal sealed class StagingJournal
{
    private readonly string _path;
    private readonly List<StagingEntry> _entries;

    private StagingJournal(string path, List<StagingEntry> entries)
    {
        _path = path;
        _entries = entries;
    }

    /// <summary>The boot under which the area was last begun; null when it never was.</summary>
    public string? Boot => _entries.Count == 0 ? null : _entries[^1].Boot;

    /// <summary>Every image whose import ever ended well.</summary>
    public IReadOnlyList<StoreImage> Promised => _entries.Select(static e => e.Image()).OfType<StoreImage>().DistinctBy(static i => i.Name).ToList();

    /// <summary>Those that are not in the area as it is under <paramref name="boot"/>.</summary>
    public IReadOnlyList<StoreImage> Owed(string boot)
    {
        var staged = _entries.Where(e => e.Boot == boot).Select(static e => e.Name).ToHashSet(StringComparer.Ordinal);
        return Promised.Where(image => !staged.Contains(image.Name.ToString())).ToList();
    }

    public static StagingJournal Open(string path)
    {
        var entries = new List<StagingEntry>();
        if (File.Exists(path))
            entries.AddRange(File.ReadLines(path).Select(Parse).OfType<StagingEntry>());
        return new StagingJournal(path, entries);
    }

    /// <summary>The area is begun under <paramref name="boot"/>: empty, or, with <paramref name="keep"/>, with all that it had.</summary>
    public void Begin(string boot, bool keep)
    {
        var isNew = !File.Exists(_path);
        foreach (var image in keep ? Promised : [])
            Append(StagingEntry.Of(boot, image));
        Append(new StagingEntry(boot));
        if (isNew)
            Durable.SyncFolder(Path.GetDirectoryName(_path)!);
    }

    /// <summary>An image has been imported.</summary>
    public void Add(string boot, StoreImage image)
    {
        var entry = StagingEntry.Of(boot, image);
        if (!_entries.Contains(entry))
            Append(entry);
    }

    /// <summary>A line cut short by a crash was never reported as written.</summary>
    private static StagingEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, StagingJson.Default.StagingEntry) is { Boot: not null } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Append(StagingEntry entry)
    {
        using (var stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read))
        {
            var text = JsonSerializer.Serialize(entry, StagingJson.Default.StagingEntry) + "\n";
            if (stream.Length > 0)
            {
                stream.Seek(-1, SeekOrigin.End);
                if (stream.ReadByte() != '\n')
                    text = "\n" + text;
            }
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        _entries.Add(entry);
    }
}
