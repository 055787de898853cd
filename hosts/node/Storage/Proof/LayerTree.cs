using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// What the folder of a layer must hold, made from the headers of its tar stream as containers/storage unpacks them (pkg/archive/archive.go
/// Unpack and createTarFile, archive_linux.go ConvertRead).
/// </summary>
internal sealed class LayerTree(int maxEntries)
{
    // drivers/overlay/overlay.go: the folder of a layer is made with 0555 when it has no parent, otherwise as the parent's is.
    private const uint TopMode = 0x16D;

    // Unpack makes parents that the tar leaves out with MkdirAllAndChownNew(0777) under the umask, which sealing sets to 022.
    private const uint ImpliedMode = 0x1ED;

    private const string Capability = "security.capability";
    private const string WhiteoutPrefix = ".wh.", OpaqueMark = ".wh..wh..opq";

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LayerNode> _nodes = new(StringComparer.Ordinal);

    /// <summary>The folder of the layer itself.</summary>
    public LayerNode Top { get; } = new() { Type = FileStatus.Folder, Mode = TopMode };

    /// <summary>Whether the tar said how the folder of the layer is to be, so that it is not as its parent's.</summary>
    public bool TopIsSaid { get; private set; }

    /// <summary>Everything below it by path.</summary>
    public IReadOnlyDictionary<string, LayerNode> Nodes => _nodes;

    /// <summary>Adds what an entry makes, and gives the file, folder, link or device; null when it is none.</summary>
    public LayerNode? Add(TarEntry entry)
    {
        if (entry.Type == TarEntry.Global)
            return null;
        var path = Clean(entry.Name);
        if (path.Length == 0)
        {
            // "./" is passed over, "/" is not.
            if (entry.Name.StartsWith('/') && entry.Type == TarEntry.Folder)
            {
                TopIsSaid = true;
                Describe(Top, entry);
            }
            return null;
        }
        if (!_said.Add(path))
            throw new LayerFormatException($"\"{StoreText.Show(path)}\" is in it twice");
        var slash = path.LastIndexOf('/');
        var parent = Parent(slash < 0 ? "" : path[..slash]);
        var name = path[(slash + 1)..];
        if (name == OpaqueMark)
            parent.Set("trusted.overlay.opaque", "y");
        else if (name.StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
            AddWhiteout(entry, path[..(slash + 1)], name[WhiteoutPrefix.Length..]);
        else if (entry.Type == TarEntry.HardLink)
            return AddHardLink(entry, path);
        else if (entry.Type == TarEntry.Folder && _nodes.TryGetValue(path, out var there) && there.Type == FileStatus.Folder)
            return Describe(there, entry);
        else
            return Put(path, Describe(NewNode(entry), entry));
        return null;
    }

    private void AddWhiteout(TarEntry entry, string folder, string removed)
    {
        if (removed is "" or "." or "..")
            throw new LayerFormatException($"\"{StoreText.Show(entry.Name)}\" removes nothing that has a name");
        Put(folder + removed, new LayerNode { Type = FileStatus.CharacterDevice, Owner = entry.Owner, Group = entry.Group, IsWhiteout = true });
    }

    private LayerNode AddHardLink(TarEntry entry, string path)
    {
        if (!_nodes.TryGetValue(Clean(entry.Link), out var target) || target.Type == FileStatus.Folder)
            throw new LayerFormatException($"\"{StoreText.Show(path)}\" is another name of \"{StoreText.Show(entry.Link)}\", which is no file before it");
        // Changing the owner takes a capability away, unless it is changed only when it differs, as some versions do.
        target.CapabilityUncertain = target.Attributes?.ContainsKey(Capability) == true && !entry.Attributes.ContainsKey(Capability);
        return Put(path, Describe(target, entry));
    }

    private LayerNode Put(string path, LayerNode node)
    {
        if (_nodes.TryGetValue(path, out var there) && !there.IsWhiteout)
            throw new LayerFormatException($"\"{StoreText.Show(path)}\" is in it twice");
        if (_nodes.Count == maxEntries)
            throw new LayerFormatException($"it has more than {maxEntries} entries");
        return _nodes[path] = node;
    }

    private LayerNode Parent(string path)
    {
        if (path.Length == 0)
            return Top;
        if (_nodes.TryGetValue(path, out var folder))
        {
            return folder.Type == FileStatus.Folder
                ? folder
                : throw new LayerFormatException($"\"{StoreText.Show(path)}\" is no folder, yet it has something in it");
        }
        var slash = path.LastIndexOf('/');
        Parent(slash < 0 ? "" : path[..slash]);
        var implied = new LayerNode { Type = FileStatus.Folder, Mode = ImpliedMode };
        Put(path, implied);
        return implied;
    }

    private static LayerNode NewNode(TarEntry entry) => new()
    {
        Type = entry.Type switch
        {
            TarEntry.Folder => FileStatus.Folder,
            TarEntry.SymbolicLink => FileStatus.SymbolicLink,
            TarEntry.CharacterDevice => FileStatus.CharacterDevice,
            TarEntry.BlockDevice => FileStatus.BlockDevice,
            TarEntry.Fifo => FileStatus.Fifo,
            _ => FileStatus.RegularFile,
        },
        Size = entry.Size,
        Link = entry.Type == TarEntry.SymbolicLink ? entry.Link : "",
        DeviceMajor = entry.Type is TarEntry.CharacterDevice or TarEntry.BlockDevice ? entry.DeviceMajor : 0,
        DeviceMinor = entry.Type is TarEntry.CharacterDevice or TarEntry.BlockDevice ? entry.DeviceMinor : 0,
    };

    private static LayerNode Describe(LayerNode node, TarEntry entry)
    {
        (node.Mode, node.Owner, node.Group) = (entry.Mode, entry.Owner, entry.Group);
        foreach (var (name, value) in entry.Attributes)
            node.Set(name, value);
        return node;
    }

    /// <summary>The path as Go's filepath.Clean makes it, below the layer's folder; one that leads out of it is refused.</summary>
    public static string Clean(string name)
    {
        if (IsClean(name))
            return name;
        var parts = new List<string>();
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count == 0 && !name.StartsWith('/'))
                throw new LayerFormatException($"\"{StoreText.Show(name)}\" leads out of it");
            if (part == "..")
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            else if (part != ".")
                parts.Add(part);
        }
        return string.Join('/', parts);
    }

    private static bool IsClean(string name)
    {
        foreach (var part in name.AsSpan().Split('/'))
        {
            if (name.AsSpan(part) is "" or "." or "..")
                return false;
        }
        return true;
    }
}
