using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>A file, folder, link or device that a layer must have; several names of one file share one.</summary>
internal sealed class LayerNode
{
    /// <summary>One of <see cref="FileStatus"/>'s types.</summary>
    public required int Type { get; init; }

    public uint Mode { get; set; }

    public uint Owner { get; set; }

    public uint Group { get; set; }

    public long Size { get; init; }

    public string Link { get; init; } = "";

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    /// <summary>Extended attributes it must have.</summary>
    public Dictionary<string, string>? Attributes { get; private set; }

    /// <summary>Whether it stands for the removal of a name that a lower layer has: a character device 0/0.</summary>
    public bool IsWhiteout { get; init; }

    /// <summary>Whether only a later name of the same file could have taken its capability away.</summary>
    public bool CapabilityUncertain { get; set; }

    /// <summary>Whether it is known already to have no extended attributes in the store.</summary>
    public bool HasNone { get; set; }

    /// <summary>Its inode in the store, once seen.</summary>
    public ulong? Inode { get; set; }

    public void Set(string attribute, string value) => (Attributes ??= new Dictionary<string, string>(StringComparer.Ordinal))[attribute] = value;
}
