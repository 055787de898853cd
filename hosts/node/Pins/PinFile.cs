using System.Text;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Pins;

/// <summary>Our drop-in with the list of pinned images, among those of others.</summary>
/// <param name="root">The folder at which this process sees the host's root.</param>
internal sealed class PinFile(string root)
{
    /// <summary>CRI-O's drop-ins on the host; every file there is read, whatever its name ends with.</summary>
    public const string DropIns = "/etc/crio/crio.conf.d";

    /// <summary>The file of the machine config operator (machine-config-operator, pkg/daemon/pinned_image_set.go).</summary>
    public const string OfOperator = "50-pinned-images";

    /// <summary>Loses against the operator's.</summary>
    public const string BeforeOperator = "49-handcarry-pins.conf";

    /// <summary>Wins against the operator's.</summary>
    public const string AfterOperator = "51-handcarry-pins.conf";

    private const string MainFile = "/etc/crio/crio.conf";

    /// <summary>Who pins on this node: the operator as soon as it has a PinnedImageSet to look after, else we do.</summary>
    public PinOwner Owner => Files().Any(static file => file.Name == OfOperator) ? PinOwner.MachineConfigOperator : PinOwner.Handcarry;

    public static string NameFor(PinOwner owner) => owner == PinOwner.MachineConfigOperator ? BeforeOperator : AfterOperator;

    /// <summary>The file with the list.</summary>
    public HostChange Change(IEnumerable<string> names, PinOwner owner) =>
        new HostChange.PutFile($"{DropIns}/{NameFor(owner)}", Text(names.Concat(ReplacedBy(NameFor(owner)))));

    /// <summary>The file whose list CRI-O takes instead of ours; null when ours counts.</summary>
    public string? Overruling(PinOwner owner) => Files()
        .LastOrDefault(file => string.CompareOrdinal(file.Name, NameFor(owner)) > 0 && Read(file.Path) is not null).Name;

    /// <summary>What counts without our file and is replaced by it, so it is repeated there.</summary>
    private IReadOnlyList<string> ReplacedBy(string ours) => Files()
        .Where(file => string.CompareOrdinal(file.Name, ours) < 0 && file.Name is not (BeforeOperator or AfterOperator))
        .Select(static file => file.Path)
        .Prepend(HostPath.Below(root, MainFile))
        .Select(Read)
        .LastOrDefault(static list => list is not null) ?? [];

    private IEnumerable<(string Name, string Path)> Files() => HostPath.Below(root, DropIns) is var folder && Directory.Exists(folder)
        ? Directory.GetFiles(folder).Select(static path => (Name: Path.GetFileName(path), Path: path)).OrderBy(static file => file.Name, StringComparer.Ordinal)
        : [];

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

    private static string Text(IEnumerable<string> names)
    {
        var text = new StringBuilder("# Images that the kubelet leaves alone. Written by handcarry, which changes and removes this file.\n[crio]\n[crio.image]\npinned_images = [\n");
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            text.Append("  \"").Append(name).Append("\",\n");
        return text.Append("]\n").ToString();
    }
}
