using Handcarry.Lab.Release;

namespace Handcarry.Bench.Create;

/// <summary>
/// The files of this machine's <c>/usr</c> as content of layers: programs, libraries and data, which compress as those of genuine images do.
/// </summary>
internal sealed class MachineFiles
{
    private const string Root = "/usr";
    private const long LargestFile = 32 << 20;

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

    /// <summary>Adds files to a layer: as many to a folder as come from one of this machine.</summary>
    public static void Fill(LayerWriter layer, string name, IReadOnlyList<FileInfo> files)
    {
        var top = $"usr/share/{name}";
        layer.Directory(top);
        foreach (var (i, folder) in files.GroupBy(static file => file.DirectoryName).Index())
        {
            layer.Directory($"{top}/{i:D4}");
            foreach (var (j, file) in folder.Index())
                layer.File($"{top}/{i:D4}/{j:D4}{file.Extension}", File.ReadAllBytes(file.FullName));
        }
    }

    // The same share of small and of large files.
    private IEnumerable<FileInfo> Taken(double share)
    {
        double due = 0;
        foreach (var file in _files)
        {
            due += share;
            if (due < 1)
                continue;
            due--;
            yield return file;
        }
    }
}
