namespace Handcarry.Hosts.Node.SystemBus;

/// <summary>What systemd told over the bus (org.freedesktop.systemd1(5)).</summary>
internal abstract record BusSignal
{
    /// <summary>A unit was loaded or unloaded; during a reload of systemd, every one of them.</summary>
    public sealed record UnitListed(string Unit, bool Present) : BusSignal;

    /// <summary>A device unit became active or inactive.</summary>
    public sealed record DeviceChanged : BusSignal;

    /// <summary>systemd begins to read all units anew, or is done with it.</summary>
    public sealed record Reloading(bool Begins) : BusSignal;

    /// <summary>A job has ended.</summary>
    public sealed record JobRemoved(string Job, string Result) : BusSignal;
}
