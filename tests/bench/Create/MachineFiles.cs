using Handcarry.Lab.Release;

namespace Handcarry.Bench.Create;

/// <summary>
/// The files of this machine's <c>/usr</c> as content of layers: programs, libraries and data, which compress as those of genuine images do.
/// </summary>
internal sealed class MachineFiles
{
    private const string Root = "/usr";
    private const long LargestFile = 32 << 20;
    private const int Neighbours = 32;

    // Its multiples leave remainders that are spread evenly.
    private const double GoldenRatio = 1.618033988749895;

    // Measured: what is taken of Debian's /usr, by gzip's default level.
    private const double UsualRatio = 2.34;

    // What is there to build and to read with. Images do not have it, and it compresses better than what they have.
    private static readonly HashSet<string> Without =
    [
        ".a", ".o", ".bc", ".c", ".h", ".hh", ".hpp", ".inc", ".pas", ".pp", ".ppu", ".ads", ".ali", ".sym", ".jsa", ".cmake",
        ".html", ".md", ".rst", ".txt", ".tsv", ".xml", ".yaml", ".json",
    ];

    private readonly List<FileInfo> _files;

    private MachineFiles(List<FileInfo> files) => _files = files;

    /// <summary>All of them, in an order that depends on their paths alone.</summary>
    public static MachineFiles Find()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device, IgnoreInaccessible = true };
        return new MachineFiles([.. new DirectoryInfo(Root).EnumerateFiles("*", options)
            .Where(static file => file is { Length: > 0 and <= LargestFile, LinkTarget: null } && !Without.Contains(file.Extension))
            .OrderBy(static file => file.FullName, StringComparer.Ordinal)]);
    }

    /// <summary>
    /// Files for each layer, no file twice, so that the sizes of the compressed layers are about as planned. Where they are to be few, they are taken from all over
    /// the tree; where there are too few, all layers become smaller.
    /// </summary>
    /// <param name="layers">Names and wanted compressed bytes of the layers.</param>
    public IReadOnlyDictionary<string, IReadOnlyList<FileInfo>> Deal(IReadOnlyList<(string Name, long Size)> layers)
    {
        var wanted = UsualRatio * layers.Sum(static layer => layer.Size);
        var all = (double)_files.Sum(static file => file.Length);
        var share = Math.Min(1, wanted / all);
        var dealt = new Dictionary<string, IReadOnlyList<FileInfo>>();
        var next = Taken(share).GetEnumerator();
        foreach (var (name, size) in layers)
        {
            var files = new List<FileInfo>();
            for (double left = size * UsualRatio * Math.Min(1, all / wanted); left > 0 && next.MoveNext(); left -= next.Current.Length)
                files.Add(next.Current);
            dealt.Add(name, files);
        }
        return dealt;
    }

    /// <summary>Adds files to a layer, in folders like those of this machine: as deep, and with as many files.</summary>
    public static void Fill(LayerWriter layer, string name, IReadOnlyList<FileInfo> files)
    {
        var top = $"usr/share/{name}";
        layer.Directory(top);
        var folders = new Dictionary<string, string> { [Root] = top };
        var last = new Dictionary<string, int>();
        foreach (var file in files)
            layer.File($"{Next(Folder(file.DirectoryName!))}{file.Extension}", File.ReadAllBytes(file.FullName));

        string Folder(string path)
        {
            if (folders.TryGetValue(path, out var folder))
                return folder;
            folders[path] = folder = Next(Folder(Path.GetDirectoryName(path)!));
            layer.Directory(folder);
            return folder;
        }

        string Next(string folder) => $"{folder}/{last[folder] = last.GetValueOrDefault(folder) + 1:D4}";
    }

    // The same share of what there is in small and in large folders, some neighbours at a time: drawn one by one, most would be alone in their folder.
    private IEnumerable<FileInfo> Taken(double share) =>
        _files.GroupBy(static file => file.DirectoryName)
            .SelectMany(static folder => folder.Chunk(Neighbours))
            .Where((_, i) => i * GoldenRatio % 1 < share)
            .SelectMany(static files => files);
}
