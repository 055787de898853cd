using System.Globalization;

namespace Handcarry.Hosts.Node.Devices;

/// <summary>The folder of a device in sysfs, without links in its path.</summary>
internal sealed record SysDevice(string Folder)
{
    /// <summary>The kernel's name; an exclamation mark stands for a slash (cciss!c0d0).</summary>
    public string Name => Path.GetFileName(Folder).Replace('!', '/');

    public string Node => "/dev/" + Name;

    public string Number => Read("dev");

    public bool IsPartition => File.Exists(Path.Combine(Folder, "partition"));

    /// <summary>Itself, or the disk that it is a partition of.</summary>
    public SysDevice Disk => IsPartition ? new SysDevice(Path.GetDirectoryName(Folder)!) : this;

    public IEnumerable<SysDevice> Partitions =>
        Directory.EnumerateDirectories(Folder).Select(folder => new SysDevice(folder)).Where(device => device.IsPartition).OrderBy(device => device.Name, StringComparer.Ordinal);

    /// <summary>Names of the devices made out of this one.</summary>
    public IEnumerable<string> Holders
    {
        get
        {
            var holders = Path.Combine(Folder, "holders");
            return Directory.Exists(holders) ? Directory.EnumerateFileSystemEntries(holders).Select(holder => Path.GetFileName(holder)!).Order(StringComparer.Ordinal) : [];
        }
    }

    /// <summary>The folders above it, nearest first: what it is attached to.</summary>
    public IEnumerable<SysDevice> Ancestors
    {
        get
        {
            for (var folder = Path.GetDirectoryName(Folder); folder is not null; folder = Path.GetDirectoryName(folder))
                yield return new SysDevice(folder);
        }
    }

    public string Subsystem => Path.GetFileName(new DirectoryInfo(Path.Combine(Folder, "subsystem")).LinkTarget) ?? "";

    /// <summary>The folder that <paramref name="path"/> leads to; null when there is none.</summary>
    public static SysDevice? At(string path) =>
        Directory.Exists(path) ? new SysDevice(Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path)) : null;

    /// <summary>
    /// An attribute; empty when there is none. What a device says of itself may hold anything, even what moves the cursor of a terminal.
    /// </summary>
    public string Read(string attribute)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(Folder, attribute));
            return string.Join(' ', string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>A number; 0 when there is none.</summary>
    public long ReadNumber(string attribute) => long.TryParse(Read(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
