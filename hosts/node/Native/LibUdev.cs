using System.Runtime.InteropServices;

namespace Handcarry.Hosts.Node.Native;

/// <summary>libudev by its SONAME; the plain name exists on machines with headers only. Results are null pointers on failure, with errno set.</summary>
internal static partial class LibUdev
{
    private const string Library = "libudev.so.1";

    [LibraryImport(Library, EntryPoint = "udev_new", SetLastError = true)]
    public static partial nint New();

    [LibraryImport(Library, EntryPoint = "udev_unref")]
    public static partial nint Release(nint udev);

    [LibraryImport(Library, EntryPoint = "udev_monitor_new_from_netlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewMonitor(nint udev, string group);

    [LibraryImport(Library, EntryPoint = "udev_monitor_unref")]
    public static partial nint ReleaseMonitor(nint monitor);

    [LibraryImport(Library, EntryPoint = "udev_monitor_filter_add_match_subsystem_devtype", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OnlySubsystem(nint monitor, string subsystem, string? deviceType);

    [LibraryImport(Library, EntryPoint = "udev_monitor_set_receive_buffer_size")]
    public static partial int SetReceiveBuffer(nint monitor, int bytes);

    [LibraryImport(Library, EntryPoint = "udev_monitor_enable_receiving")]
    public static partial int EnableReceiving(nint monitor);

    [LibraryImport(Library, EntryPoint = "udev_monitor_get_fd")]
    public static partial int Descriptor(nint monitor);

    [LibraryImport(Library, EntryPoint = "udev_monitor_receive_device", SetLastError = true)]
    public static partial nint Receive(nint monitor);

    [LibraryImport(Library, EntryPoint = "udev_device_new_from_devnum")]
    public static partial nint DeviceOfNumber(nint udev, byte type, ulong number);

    [LibraryImport(Library, EntryPoint = "udev_device_get_is_initialized")]
    public static partial int IsInitialized(nint device);

    [LibraryImport(Library, EntryPoint = "udev_device_get_properties_list_entry")]
    public static partial nint Properties(nint device);

    [LibraryImport(Library, EntryPoint = "udev_list_entry_get_next")]
    public static partial nint Next(nint entry);

    [LibraryImport(Library, EntryPoint = "udev_list_entry_get_name")]
    public static partial nint EntryName(nint entry);

    [LibraryImport(Library, EntryPoint = "udev_list_entry_get_value")]
    public static partial nint EntryValue(nint entry);

    [LibraryImport(Library, EntryPoint = "udev_device_unref")]
    public static partial nint ReleaseDevice(nint device);

    /// <summary>All properties of a device, copied.</summary>
    public static Dictionary<string, string> PropertiesOf(nint device)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var entry = Properties(device); entry != 0; entry = Next(entry))
            properties[Marshal.PtrToStringUTF8(EntryName(entry))!] = Marshal.PtrToStringUTF8(EntryValue(entry)) ?? "";
        return properties;
    }
}
