using System.Text;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// Which images were imported into a staging area, and under which boot of the machine: lines of <c>boot-id</c> or <c>boot-id name</c>, each
/// durable when its call has returned. skopeo does not sync layer files; after a power cut a store may look whole and hold empty files that
/// a second import does not repair (reference/container-storage.md section 0, fact 3). So what was staged under another boot is not believed.
/// </summary>
internal sealed class StagingJournal
{
    private readonly string _path;
    private readonly List<(string Boot, string? Name)> _lines;

    private StagingJournal(string path, List<(string, string?)> lines)
    {
        _path = path;
        _lines = lines;
    }

    /// <summary>The boot under which the area was last begun; null when it never was.</summary>
    public string? Boot => _lines.Count == 0 ? null : _lines[^1].Boot;

    /// <summary>Every image whose import ever ended well.</summary>
    public IReadOnlySet<string> Promised => _lines.Where(static l => l.Name is not null).Select(static l => l.Name!).ToHashSet(StringComparer.Ordinal);

    /// <summary>The images that are in the area now.</summary>
    public IReadOnlySet<string> Staged(string boot) =>
        _lines.Where(l => l.Boot == boot && l.Name is not null).Select(static l => l.Name!).ToHashSet(StringComparer.Ordinal);

    public static StagingJournal Open(string path)
    {
        var lines = new List<(string, string?)>();
        if (File.Exists(path))
        {
            foreach (var line in File.ReadAllLines(path))
            {
                var parts = line.Split(' ');
                // A line cut short by a crash is one that was never reported as written.
                if (Guid.TryParse(parts[0], out _) && (parts.Length == 1 || (parts.Length == 2 && ImageName.TryParse(parts[1], out _))))
                    lines.Add((parts[0], parts.Length == 2 ? parts[1] : null));
            }
        }
        return new StagingJournal(path, lines);
    }

    /// <summary>The area is begun under <paramref name="boot"/>: empty, or, with <paramref name="keep"/>, with all that it had.</summary>
    public void Begin(string boot, bool keep)
    {
        var isNew = !File.Exists(_path);
        foreach (var name in keep ? Promised : new HashSet<string>())
            Append(boot, name);
        Append(boot, null);
        if (isNew)
            Durable.SyncFolder(Path.GetDirectoryName(_path)!);
    }

    /// <summary>An image has been imported.</summary>
    public void Add(string boot, string name)
    {
        if (!_lines.Contains((boot, name)))
            Append(boot, name);
    }

    private void Append(string boot, string? name)
    {
        using (var stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read))
        {
            var text = name is null ? boot + "\n" : $"{boot} {name}\n";
            if (stream.Length > 0)
            {
                stream.Seek(-1, SeekOrigin.End);
                if (stream.ReadByte() != '\n')
                    text = "\n" + text;
            }
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        _lines.Add((boot, name));
    }
}
