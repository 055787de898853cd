using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Hosts.Node.Tests.Devices;

/// <summary>A made sysfs and procfs, laid out as the kernel lays them out.</summary>
internal sealed class MadeSystem : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _mounts = ["22 27 0:21 / /proc rw,relatime - proc proc rw"];
    private readonly List<string> _hostMounts = [];
    private readonly List<string> _swaps = ["Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority"];

    public MadeSystem()
    {
        _folder.MakeFolder("sys", "class", "block");
        _folder.MakeFolder("sys", "dev", "block");
        _folder.MakeFolder("proc", "self");
        _folder.MakeFolder("sys", "kernel");
        File.WriteAllText(_folder.At("sys", "kernel", "uevent_seqnum"), $"{LastEvent}\n");
    }

    public const string UsbPort = "pci0000:00/0000:00:14.0/usb2/2-1";

    /// <summary>The number of the kernel's last event.</summary>
    public const ulong LastEvent = 4711;

    public string SysRoot => _folder.At("sys");

    public string ProcRoot => _folder.At("proc");

    /// <summary>What the product makes of it.</summary>
    public BlockDevices Devices
    {
        get
        {
            File.WriteAllLines(_folder.At("proc", "self", "mountinfo"), _mounts);
            if (_hostMounts.Count > 0)
                File.WriteAllLines(Path.Combine(_folder.MakeFolder("proc", "1"), "mountinfo"), _hostMounts);
            File.WriteAllLines(_folder.At("proc", "swaps"), _swaps);
            return new BlockDevices(_folder.At("sys"), _folder.At("proc"));
        }
    }

    /// <summary>A disk at a place in the tree of devices; its partitions get the numbers after its own.</summary>
    public MadeSystem Disk(string place, string name, int major, int minor, long size, bool removable, int partitions = 0)
    {
        var folder = $"{place}/block/{name}";
        Write(folder, "dev", $"{major}:{minor}");
        Write(folder, "size", $"{size / 512}");
        Write(folder, "ro", "0");
        Write(folder, "removable", removable ? "1" : "0");
        Write(folder, "queue/logical_block_size", "512");
        Write(folder, "diskseq", "17");
        _folder.MakeFolder("sys", "devices", folder, "holders");
        if (!place.StartsWith("virtual", StringComparison.Ordinal))
            File.CreateSymbolicLink(_folder.At("sys", "devices", folder, "device"), "../..");
        Link(folder, name, $"{major}:{minor}");
        for (var i = 1; i <= partitions; i++)
        {
            var partition = char.IsAsciiDigit(name[^1]) ? $"{name}p{i}" : $"{name}{i}";
            Write($"{folder}/{partition}", "partition", $"{i}");
            Write($"{folder}/{partition}", "dev", $"{major}:{minor + i}");
            Write($"{folder}/{partition}", "size", $"{size / 512 / partitions}");
            Write($"{folder}/{partition}", "ro", "0");
            Link($"{folder}/{partition}", partition, $"{major}:{minor + i}");
        }
        return this;
    }

    public MadeSystem Stick(string name = "sdb", int minor = 16, bool removable = true, int partitions = 1)
    {
        Write(UsbPort, "idVendor", "0781");
        Write(UsbPort, "manufacturer", "USB maker");
        Write(UsbPort, "product", "USB product");
        Write(UsbPort, "serial", "4C530001");
        Write(UsbPort, "removable", "removable");
        Subsystem(UsbPort, "usb");
        Subsystem($"{UsbPort}/2-1:1.0", "usb");
        const string Unit = $"{UsbPort}/2-1:1.0/host6/target6:0:0/6:0:0:0";
        Write(Unit, "vendor", "SanDisk ");
        Write(Unit, "model", "Ultra Fit       ");
        Subsystem(Unit, "scsi");
        return Disk(Unit, name, 8, minor, 32L << 30, removable, partitions);
    }

    public MadeSystem Write(string device, string attribute, string text)
    {
        var path = _folder.At("sys", "devices", device, attribute);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
        return this;
    }

    public MadeSystem Subsystem(string device, string name)
    {
        var folder = Directory.CreateDirectory(_folder.At("sys", "devices", device)).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "subsystem"), $"/sys/bus/{name}");
        return this;
    }

    public MadeSystem Holder(string device, string holder)
    {
        var folder = Directory.CreateDirectory(_folder.At("sys", "devices", device, "holders")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, holder), $"/sys/devices/virtual/block/{holder}");
        return this;
    }

    public MadeSystem Mount(string number, string source, string point)
    {
        _mounts.Add($"90 27 {number} / {point} rw,relatime shared:1 master:2 - ext4 {source} rw");
        return this;
    }

    /// <summary>A mount in the namespace of process 1 only.</summary>
    public MadeSystem HostMount(string number, string source, string point)
    {
        _hostMounts.Add($"90 27 {number} / {point} rw,relatime shared:1 master:2 - ext4 {source} rw");
        return this;
    }

    public MadeSystem Swap(string node)
    {
        _swaps.Add($"{node}                               partition\t8388604\t\t0\t\t-2");
        return this;
    }

    public void Dispose() => _folder.Dispose();

    private void Link(string folder, string name, string number)
    {
        File.CreateSymbolicLink(_folder.At("sys", "class", "block", name), $"../../devices/{folder}");
        File.CreateSymbolicLink(_folder.At("sys", "dev", "block", number), $"../../devices/{folder}");
    }
}
