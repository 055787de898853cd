namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>media</c>: where media appear.</summary>
public sealed record MediaOptions
{
    /// <summary>Value of <see cref="Sources"/>.</summary>
    public const string Udev = "udev", Systemd = "systemd", Both = "both", None = "none";

    /// <summary>
    /// <c>media.sources</c>, default <c>both</c>: who tells of disks, sticks and discs, <c>udev</c>, <c>systemd</c>, <c>both</c>, or <c>none</c> when devices are not looked at.
    /// </summary>
    public string Sources { get; init; } = Both;

    /// <summary>
    /// <c>media.include</c>, default none: fixed devices that are looked at too, by their nodes or the links to them, with <c>*</c> and <c>?</c>.
    /// </summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary><c>media.filesystems</c>, default none: the only types of file systems that are mounted, in udev's words; with none, all that are known are.</summary>
    public IReadOnlyList<string> FileSystems { get; init; } = [];

    /// <summary>
    /// <c>media.folder</c>, default empty: folder below <c>node.root</c>; block device nodes and files <c>upgrade-*.tar</c> that appear in it are media. Empty
    /// when there is none.
    /// </summary>
    public string Folder { get; init; } = "";

    /// <summary>
    /// <c>media.bundle</c>, default empty: a bundle's file or the first of its parts below <c>node.root</c>, or a device by its path below <c>/dev</c>. It is a medium
    /// whenever it is there. Empty when there is none.
    /// </summary>
    public string Bundle { get; init; } = "";

    /// <summary><c>media.slowBelow</c>, default 10 MB: a medium that gives fewer bytes per second is called slow, 1 to 10^12.</summary>
    public long SlowBelow { get; init; } = 10_000_000;

    /// <summary>Value of <see cref="Receipts"/>.</summary>
    public const string On = "on", Off = "off";

    /// <summary><c>media.receipts</c>, default <c>on</c>: whether sticks get the receipts that they ask for. With <c>off</c> nothing is ever written to a medium.</summary>
    public string Receipts { get; init; } = On;

    /// <summary>Whether <see cref="Bundle"/> names a device.</summary>
    public bool BundleIsOnDevice => Bundle.StartsWith("/dev/", StringComparison.Ordinal);
}
