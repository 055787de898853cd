namespace Handcarry.Hosts.Node.Arming;

/// <summary>The kinds of <see cref="ServiceAction"/>.</summary>
public enum ServiceActionKind
{
    /// <summary>systemd reads the files of all units anew.</summary>
    ReadUnits,

    /// <summary>A service reads its configuration anew while it runs.</summary>
    Reload,

    /// <summary>A service is stopped, if it runs, and started. Needs a permission.</summary>
    Restart,
}
