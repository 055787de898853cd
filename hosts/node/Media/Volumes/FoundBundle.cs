using Handcarry.Hosts.Node.Media.Devices;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>A bundle, as far as names tell, and where it is.</summary>
public sealed record FoundBundle
{
    /// <summary>The device that it is on; null for a file that the administrator has named.</summary>
    public BlockDeviceFacts? Device { get; init; }

    /// <summary>Unique for this content at this place: another insertion, another size or time of change gives another.</summary>
    public required string Id { get; init; }

    /// <summary>For people, such as <c>/dev/sdb1, upgrade-4.12.4-x86_64.tar (16.2 GB)</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the bundle's file, without the number of a part; null for one written raw to a device.</summary>
    public string? File { get; init; }

    /// <summary>What there is of it, in order.</summary>
    public required IReadOnlyList<FoundPart> Parts { get; init; }
}
