namespace Handcarry.Hosts.Node.Pins;

/// <summary>Where CRI-O's configuration is. All paths as the agent sees them.</summary>
public sealed record CrioPinsOptions
{
    /// <summary>CRI-O's drop-ins; every file there is read, whatever its name ends with.</summary>
    public string DropIns { get; init; } = "/etc/crio/crio.conf.d";

    /// <summary>CRI-O's main file, read before the drop-ins; it need not exist.</summary>
    public string MainFile { get; init; } = "/etc/crio/crio.conf";

    /// <summary>A folder outside of <see cref="DropIns"/>, on its file system, for files that are not finished.</summary>
    public string Scratch { get; init; } = "/etc/crio";

    /// <summary>CRI-O's unit.</summary>
    public string Unit { get; init; } = "crio.service";

    /// <summary>How long CRI-O may take to say that images are pinned: a reload is told to it, and done later.</summary>
    public TimeSpan ApplyTimeout { get; init; } = TimeSpan.FromMinutes(1);
}
