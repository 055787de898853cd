namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>What the headers of a tar say of one file. Texts are bytes, one character each.</summary>
internal sealed record TarEntry
{
    // typeflag of POSIX ustar, and those of pax and GNU tar.
    public const char Regular = '0', HardLink = '1', SymbolicLink = '2', CharacterDevice = '3', BlockDevice = '4', Folder = '5', Fifo = '6', Global = 'g';

    public required string Name { get; init; }

    public required char Type { get; init; }

    public string Link { get; init; } = "";

    public long Size { get; init; }

    public uint Mode { get; init; }

    public uint Owner { get; init; }

    public uint Group { get; init; }

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    /// <summary>Extended attributes, from pax records SCHILY.xattr.*.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = NoAttributes;

    /// <summary>Whether bytes follow the header that are the content of a file.</summary>
    public bool HasContent => Type == Regular && Size > 0;

    public static IReadOnlyDictionary<string, string> NoAttributes { get; } = new Dictionary<string, string>();
}
