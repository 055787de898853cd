using System.Text;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Pins;

/// <summary>Our drop-in with the list of pinned images, among those of others.</summary>
internal sealed class PinFile(CrioPinsOptions options)
{
    /// <summary>The file of the machine config operator (machine-config-operator, pkg/daemon/pinned_image_set.go).</summary>
    public const string OfOperator = "50-pinned-images";

    /// <summary>Loses against the operator's.</summary>
    public const string BeforeOperator = "49-handcarry-pins.conf";

    /// <summary>Wins against the operator's.</summary>
    public const string AfterOperator = "51-handcarry-pins.conf";

    public static string NameFor(PinOwner owner) => owner == PinOwner.MachineConfigOperator ? BeforeOperator : AfterOperator;

    /// <summary>Puts the list in place, and takes away the one of the other name; false when both were so already.</summary>
    public bool Write(IEnumerable<string> names, PinOwner owner)
    {
        var path = Path.Combine(options.DropIns, NameFor(owner));
        var text = Text(names.Concat(ReplacedBy(NameFor(owner))));
        var changed = !File.Exists(path) || File.ReadAllText(path) != text;
        if (changed)
        {
            // A half-written file in the folder itself would make CRI-O refuse all of its configuration.
            var unfinished = Path.Combine(options.Scratch, ".handcarry-pins");
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                File.SetUnixFileMode(stream.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        var other = owner == PinOwner.Handcarry ? BeforeOperator : AfterOperator;
        changed |= Delete(other);
        if (changed)
            Durable.SyncFolder(options.DropIns);
        return changed;
    }

    /// <summary>Takes our file away under both names; false when there was none.</summary>
    public bool Remove()
    {
        var (first, second) = (Delete(BeforeOperator), Delete(AfterOperator));
        if (first || second)
            Durable.SyncFolder(options.DropIns);
        return first || second;
    }

    /// <summary>The file whose list CRI-O takes instead of ours; null when ours counts, or when it is the operator's and that is meant to be.</summary>
    public string? Overruling(PinOwner owner) => Files()
        .LastOrDefault(file => string.CompareOrdinal(file.Name, NameFor(owner)) > 0 && Read(file.Path) is not null) is { Name: { } name } && !(name == OfOperator && owner == PinOwner.MachineConfigOperator)
        ? name
        : null;

    /// <summary>What counts without our file and is replaced by it, so it is repeated there.</summary>
    private IReadOnlyList<string> ReplacedBy(string ours) => Files()
        .Where(file => string.CompareOrdinal(file.Name, ours) < 0 && file.Name is not (BeforeOperator or AfterOperator))
        .Select(static file => file.Path)
        .Prepend(options.MainFile)
        .Select(Read)
        .LastOrDefault(static list => list is not null) ?? [];

    private IEnumerable<(string Name, string Path)> Files() => Directory.GetFiles(options.DropIns)
        .Select(static path => (Name: Path.GetFileName(path), Path: path))
        .OrderBy(static file => file.Name, StringComparer.Ordinal);

    private static IReadOnlyList<string>? Read(string path)
    {
        try
        {
            return File.Exists(path) ? PinnedImagesKey.Read(File.ReadAllText(path)) : null;
        }
        catch (FormatException e)
        {
            throw new RuntimeException(RuntimeReasons.PinsFailed, $"The images that {path} pins cannot be read: {e.Message}. Correct the file or remove it, then load again.", e);
        }
    }

    private bool Delete(string name)
    {
        var path = Path.Combine(options.DropIns, name);
        var there = File.Exists(path);
        File.Delete(path);
        return there;
    }

    private static string Text(IEnumerable<string> names)
    {
        var text = new StringBuilder("# Images that the kubelet leaves alone. Written by handcarry, which changes and removes this file.\n[crio]\n[crio.image]\npinned_images = [\n");
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            text.Append("  \"").Append(name).Append("\",\n");
        return text.Append("]\n").ToString();
    }
}
