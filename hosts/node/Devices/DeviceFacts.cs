namespace Handcarry.Hosts.Node.Devices;

/// <summary>What the kernel knows of a disk or partition.</summary>
public sealed record DeviceFacts
{
    /// <summary>The node under its kernel name, such as <c>/dev/sdb</c>, whatever link led to it.</summary>
    public required string Path { get; init; }

    /// <summary>Device number.</summary>
    public required uint Major { get; init; }

    /// <summary>Device number.</summary>
    public required uint Minor { get; init; }

    /// <summary>Bytes; 0 for a drive without a medium.</summary>
    public required long Size { get; init; }

    /// <summary>Smallest piece in bytes that can be written, 512 or 4096 as a rule.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Whether it refuses writes: a switch on the medium, a disc, <c>blockdev --setro</c>.</summary>
    public required bool ReadOnly { get; init; }

    /// <summary>
    /// Whether it is something one plugs in and pulls out:
    /// <list type="number">
    /// <item>the disk calls its medium removable (<c>/sys/block/*/removable</c>, the RMB bit of SCSI INQUIRY): sticks, card readers, discs;</item>
    /// <item>or it hangs on USB, and its port is not called fixed: USB hard disks and many large sticks call their medium fixed, because it cannot be
    /// taken out of <em>them</em> (Documentation/ABI/testing/sysfs-devices-removable, which also says who calls a port <c>fixed</c>: the hub or the
    /// firmware, for what is built in);</item>
    /// <item>or it is an SD card in a reader of its own (bus <c>mmc</c>, <c>type</c> SD; the soldered eMMC says MMC).</item>
    /// </list>
    /// </summary>
    public required bool Removable { get; init; }

    /// <summary>What it is attached by: <c>usb</c>, <c>mmc</c>, <c>nvme</c>, <c>virtio</c>, <c>scsi</c> (SATA too) or <c>virtual</c>.</summary>
    public required string Bus { get; init; }

    /// <summary>Name of the maker, or empty.</summary>
    public string Vendor { get; init; } = "";

    /// <summary>Name of the product, or empty.</summary>
    public string Model { get; init; } = "";

    /// <summary>Serial number, or empty.</summary>
    public string Serial { get; init; } = "";

    /// <summary>The number of this insertion (<c>diskseq</c>, Linux 5.15); null on kernels without it.</summary>
    public ulong? Sequence { get; init; }

    /// <summary>Everything that uses it, its partitions or the disk that it is a part of.</summary>
    public IReadOnlyList<DeviceUse> Uses { get; init; } = [];
}
