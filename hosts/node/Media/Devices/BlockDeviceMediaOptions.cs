namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>How a node hears of devices, and which of them it looks at.</summary>
public sealed record BlockDeviceMediaOptions
{
    /// <summary>Whether udev is listened to. It is heard in the network namespace of the host only.</summary>
    public bool Udev { get; init; } = true;

    /// <summary>Whether systemd is listened to.</summary>
    public bool Systemd { get; init; } = true;

    /// <summary>Patterns, with <c>*</c> and <c>?</c>, of nodes or links to them: devices that are looked at although nobody pulls them out.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>A node, or a link to one, that a bundle is expected on; it is looked at as if <see cref="Include"/> named it. Null for none.</summary>
    public string? Bundle { get; init; }

    /// <summary>Socket of the system bus, as this process sees it.</summary>
    public string BusSocket { get; init; } = "/run/dbus/system_bus_socket";

    /// <summary>Where udev keeps its notes, as this process sees it; libudev reads them there and nowhere else.</summary>
    public string UdevNotes { get; init; } = "/run/udev";

    /// <summary>Where sysfs is mounted.</summary>
    public string SysRoot { get; init; } = "/sys";

    /// <summary>Where procfs is mounted.</summary>
    public string ProcRoot { get; init; } = "/proc";
}
