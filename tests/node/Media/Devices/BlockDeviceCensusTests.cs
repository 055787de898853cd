using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Tests.Devices;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

public sealed class BlockDeviceCensusTests : IDisposable
{
    private readonly MadeSystem _system = new();

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Disks_and_partitions_with_a_medium_are_listed_as_of_the_last_event()
    {
        var stick = Recorded.Properties(Recorded.StickPartition);
        _system.Stick().Disk("virtual", "loop0", 7, 0, 0, removable: false);
        var listed = Census(number => number == "8:17" ? stick : null).List();
        Assert.Equal(MadeSystem.LastEvent, listed.Stamp);
        Assert.Equal(["sdb", "sdb1"], listed.Devices.Select(device => device.Name));
        var partition = listed.Devices[1];
        Assert.Equal(("/dev/sdb1", "8:17", 17UL, "/dev/sdb", true), (partition.Node, partition.Number, partition.DiskSequence!.Value, partition.Disk, partition.Probed));
        Assert.Equal(("vfat", "filesystem", "FIELDSTICK", "1234-ABCD"), (partition.FileSystem, partition.Usage, partition.Label, partition.Uuid));
        Assert.Equal((null, false), (listed.Devices[0].FileSystem, listed.Devices[0].Probed));
    }

    [Fact]
    public void An_event_is_joined_with_what_the_kernel_knows()
    {
        _system.Stick();
        var device = Census().Resolve(Recorded.Event(Recorded.StickDisk)).Device!;
        Assert.Equal((32L << 30, true, true), (device.Size, device.Probed, device.HasTable));
        Assert.Equal(["/dev/disk/by-id/usb-SanDisk_Ultra_Fit_4C530001-0:0", "/dev/disk/by-diskseq/17"], device.Links);
    }

    [Fact]
    public void An_event_of_a_medium_that_another_has_followed_says_that_it_is_gone()
    {
        _system.Stick();
        Assert.Null(Census().Resolve(Recorded.Event(Recorded.StickDisk.Replace("DISKSEQ=17", "DISKSEQ=16", StringComparison.Ordinal))).Device);
    }

    [Fact]
    public void A_removed_device_is_gone_whatever_the_kernel_still_shows()
    {
        _system.Stick();
        Assert.Null(Census().Resolve(Recorded.Event(Recorded.StickDisk.Replace("=add", "=remove", StringComparison.Ordinal))).Device);
    }

    /// <summary>A drive that stays only changes, and an empty one may show the size of a disc that was there.</summary>
    [Trait("Trap", "5")]
    [Fact]
    public void A_drive_without_a_disc_holds_no_medium_and_with_another_disc_another()
    {
        _system.Disk("pci0000:00/ata2/host1/1:0:0:0", "sr0", 11, 0, 1L << 30, removable: true).Write("pci0000:00/ata2/host1/1:0:0:0/block/sr0", "diskseq", "20");
        Assert.Null(Census().Resolve(Recorded.Event(Recorded.EmptyDrive)).Device);
        _system.Write("pci0000:00/ata2/host1/1:0:0:0/block/sr0", "diskseq", "19");
        Assert.Equal("SECOND", Census().Resolve(Recorded.Event(Recorded.SecondDisc)).Device!.Label);
    }

    [Fact]
    public void A_loop_device_of_size_nothing_is_gone()
    {
        _system.Disk("virtual", "loop5", 7, 5, 0, removable: false).Write("virtual/block/loop5", "diskseq", "31");
        Assert.Null(Census().Resolve(Recorded.Event(Recorded.EmptyLoop)).Device);
    }

    private BlockDeviceCensus Census(Func<string, IReadOnlyDictionary<string, string>?>? properties = null) => new(_system.SysRoot, properties ?? (_ => null));
}
