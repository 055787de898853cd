using System.Globalization;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>One event of udev about a block device, as far as its properties tell.</summary>
internal sealed record UdevEvent
{
    /// <summary>The number that the kernel gave the event (<c>SEQNUM</c>).</summary>
    public required ulong Stamp { get; init; }

    /// <summary>The kernel's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the device was taken away. A drive that stays only changes.</summary>
    public required bool Removed { get; init; }

    /// <summary>The insertion it speaks of, where the kernel tells.</summary>
    public required ulong? Sequence { get; init; }

    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>Reads the properties of an event; null when they are none of a disk or partition (<c>DEVTYPE</c>).</summary>
    public static UdevEvent? Parse(IReadOnlyDictionary<string, string> properties)
    {
        if (properties.GetValueOrDefault("DEVTYPE") is not ("disk" or "partition")
            || properties.GetValueOrDefault("DEVNAME") is not { } node || !node.StartsWith("/dev/", StringComparison.Ordinal)
            || Number(properties, "SEQNUM") is not { } stamp)
        {
            return null;
        }
        return new UdevEvent
        {
            Stamp = stamp,
            Name = node["/dev/".Length..],
            Removed = properties.GetValueOrDefault("ACTION") == "remove",
            Sequence = Number(properties, "DISKSEQ"),
            Properties = properties,
        };
    }

    private static ulong? Number(IReadOnlyDictionary<string, string> properties, string key) =>
        ulong.TryParse(properties.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
