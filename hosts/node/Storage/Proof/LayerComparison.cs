using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>Compares the folder of a layer, name by name, with what it must hold.</summary>
/// <param name="diff">The folder.</param>
/// <param name="folders">Opens the folders below it.</param>
/// <param name="layer">The layer.</param>
/// <param name="tree">What it must hold.</param>
/// <param name="top">How the folder itself must be, where it is made like the one of the layer below; null to go by <paramref name="tree"/>.</param>
/// <param name="ownersKnown">Whether owners, devices and attributes can be compared.</param>
/// <param name="maxNames">Names in one folder that are read.</param>
/// <param name="inodes">The files of all layers.</param>
/// <param name="findings">Where differences go.</param>
internal sealed class LayerComparison(StoreFolder diff, StorePath folders, LayerRecord layer, LayerTree tree, FileStatus? top, bool ownersKnown, int maxNames, StoreInodes inodes, Findings findings)
{
    // The label of the machine's own policy, which unpacking may set, and passes over in a tar (pkg/archive, xattrsToIgnore).
    private const string Label = "security.selinux";
    private const string Capability = "security.capability";

    // A private copy's folders are made readable for their owner on the way.
    private const uint OwnerMayRead = 0x140;

    // unsquashfs gives set-user-id and set-group-id to nobody when it is not root.
    private const uint WithoutIdBits = 0x3FF;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, LayerNode> _inodes = [];

    public void Run(CancellationToken cancellationToken)
    {
        if (diff.StatusOf(".") is { } own)
            CompareTop(own);
        var waiting = new Stack<string>([""]);
        while (waiting.TryPop(out var path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var folder = folders.Open(path);
                if (path.Length > 0)
                    CompareAttributes(path, folder.HasAttributes() ? folder.AttributesOf(".") : null, tree.Nodes[path]);
                foreach (var name in folder.Names(maxNames))
                    CompareOne(folder, name, path.Length == 0 ? name : $"{path}/{name}", waiting);
            }
            catch (IOException e)
            {
                Wrong(path, $"cannot be read: {e.Message}");
            }
        }
        foreach (var (path, node) in tree.Nodes)
        {
            if (!_seen.Contains(path) && (ownersKnown || node.Type is not (FileStatus.CharacterDevice or FileStatus.BlockDevice)))
                Wrong(path, "is missing");
        }
    }

    private void CompareTop(FileStatus status)
    {
        var expected = top is { } parent
            ? new LayerNode { Type = FileStatus.Folder, Mode = parent.Permissions, Owner = parent.Owner, Group = parent.Group }
            : tree.Top;
        CompareStatus("", status, expected);
        CompareAttributes("", diff.AttributesOf("."), tree.Top);
        CompareInode("", status.Inode, tree.Top);
    }

    private void CompareOne(StoreFolder folder, string name, string path, Stack<string> waiting)
    {
        if (folder.StatusOf(name) is not { } status)
            return;
        if (!tree.Nodes.TryGetValue(path, out var node))
        {
            findings.Add(Reasons.StoreContentUnexpected, $"{layer.Diff}/{path}", $"Layer {layer.DiffId.Short}: \"{StoreText.Show(path)}\" is not in the layer.", layer: layer.DiffId);
            return;
        }
        _seen.Add(path);
        if (status.Type != node.Type)
        {
            Wrong(path, $"is a {Kind(status.Type)}, not a {Kind(node.Type)}");
            return;
        }
        CompareStatus(path, status, node);
        if (node.Type != FileStatus.Folder)
            CompareAttributes(path, node.HasNone ? null : folder.AttributesOf(name), node);
        if (node.Type == FileStatus.SymbolicLink && folder.LinkOf(name) is var link && link != node.Link)
            Wrong(path, $"points to \"{StoreText.Show(link)}\", not to \"{StoreText.Show(node.Link)}\"");
        CompareInode(path, status.Inode, node);
        if (node.Type == FileStatus.Folder)
            waiting.Push(path);
    }

    private void CompareStatus(string path, FileStatus status, LayerNode node)
    {
        var (known, readable) = ownersKnown ? (0xFFFu, 0u) : (WithoutIdBits, node.Type == FileStatus.Folder ? OwnerMayRead : 0);
        if (node.Type != FileStatus.SymbolicLink && ((status.Permissions ^ node.Mode) & known & ~readable) != 0)
            Wrong(path, $"has mode {Octal(status.Permissions)}, not {Octal(node.Mode)}");
        if (node.Type == FileStatus.RegularFile && status.Size != (ulong)node.Size)
            Wrong(path, $"has {status.Size} bytes, not {node.Size}");
        if (!ownersKnown)
            return;
        if ((status.Owner, status.Group) != (node.Owner, node.Group))
            Wrong(path, $"belongs to {status.Owner}:{status.Group}, not to {node.Owner}:{node.Group}");
        if (node.Type is FileStatus.CharacterDevice or FileStatus.BlockDevice && (status.DeviceMajor, status.DeviceMinor) != (node.DeviceMajor, node.DeviceMinor))
            Wrong(path, $"is device {status.DeviceMajor}:{status.DeviceMinor}, not {node.DeviceMajor}:{node.DeviceMinor}");
    }

    private void CompareAttributes(string path, Dictionary<string, string>? actual, LayerNode node)
    {
        if (!ownersKnown || (actual is null && node.Attributes is null))
            return;
        actual ??= [];
        foreach (var (name, value) in node.Attributes ?? [])
        {
            var optional = name == Label || (name == Capability && node.CapabilityUncertain);
            if (!actual.Remove(name, out var there) ? !optional : there != value && name != Label)
                Wrong(path, $"has not the attribute {StoreText.Show(name)} that it should");
        }
        foreach (var name in actual.Keys.Where(static name => name != Label))
            Wrong(path, $"has the attribute {StoreText.Show(name)}, which is not in the layer");
    }

    /// <summary>Names that are one file in the tar must be one in the store, and no others; folders are one with nothing.</summary>
    private void CompareInode(string path, ulong inode, LayerNode node)
    {
        if (inodes.TakenBy(inode, layer) is { } elsewhere)
            Wrong(path, $"is one with something in layer {elsewhere.DiffId.Short}");
        node.Inode ??= inode;
        if (_inodes.TryGetValue(inode, out var other) && other != node)
            Wrong(path, "is one with something that it should be no hard link to");
        else if (node.Inode != inode)
            Wrong(path, "is not a hard link to the files that it should be one with");
        else
            _inodes[inode] = node;
    }

    private void Wrong(string path, string what) =>
        findings.Add(Reasons.StoreLayerMismatch, path.Length == 0 ? layer.Diff : $"{layer.Diff}/{path}", $"Layer {layer.DiffId.Short}: \"{(path.Length == 0 ? "/" : StoreText.Show(path))}\" {what}.", layer: layer.DiffId);

    private static string Octal(uint mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static string Kind(int type) => type switch
    {
        FileStatus.Folder => "folder",
        FileStatus.RegularFile => "regular file",
        FileStatus.SymbolicLink => "symbolic link",
        FileStatus.CharacterDevice => "character device",
        FileStatus.BlockDevice => "block device",
        FileStatus.Fifo => "fifo",
        _ => "file of another kind",
    };
}
