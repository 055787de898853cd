using Handcarry.Hosts.Node.Devices;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Devices;

public sealed class BlockDevicesTests : IDisposable
{
    private const string Sata = "pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0";

    private readonly MadeSystem _system = new();

    public void Dispose() => _system.Dispose();

    [Fact]
    public void A_stick_is_known_by_maker_product_serial_and_size()
    {
        var stick = _system.Stick().Devices.Of("8:16")!;
        Assert.Equal(
            new DeviceFacts
            {
                Path = "/dev/sdb",
                Major = 8,
                Minor = 16,
                Size = 32L << 30,
                BlockSize = 512,
                ReadOnly = false,
                Removable = true,
                Bus = "usb",
                Vendor = "SanDisk",
                Model = "Ultra Fit",
                Serial = "4C530001",
                Sequence = 17,
                Uses = stick.Uses,
            },
            stick);
        Assert.Empty(stick.Uses);
    }

    [Fact]
    public void A_partition_has_its_own_size_and_all_else_from_its_disk()
    {
        var partition = _system.Stick(partitions: 2).Devices.Of("8:18")!;
        Assert.Equal(("/dev/sdb2", 16L << 30, 512, true, "4C530001"), (partition.Path, partition.Size, partition.BlockSize, partition.Removable, partition.Serial));
    }

    [Fact]
    public void A_usb_disk_that_calls_its_medium_fixed_is_removable() => Assert.True(_system.Stick(removable: false).Devices.Of("8:16")!.Removable);

    [Fact]
    public void What_is_built_in_behind_a_fixed_port_is_not_removable_but_a_card_in_a_built_in_reader_is()
    {
        _system.Stick(removable: false).Write(MadeSystem.UsbPort, "removable", "fixed");
        Assert.False(_system.Devices.Of("8:16")!.Removable);
        _system.Write($"{MadeSystem.UsbPort}/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb", "removable", "1");
        Assert.True(_system.Devices.Of("8:16")!.Removable);
    }

    [Theory]
    [InlineData("SD", true)]
    [InlineData("MMC", false)]
    public void A_card_is_removable_and_soldered_flash_is_not(string type, bool removable)
    {
        const string Card = "platform/mmc/mmc_host/mmc0/mmc0:aaaa";
        _system.Subsystem(Card, "mmc").Write(Card, "type", type).Write(Card, "name", "SC32G").Write(Card, "serial", "0x1234")
            .Disk(Card, "mmcblk0", 179, 0, 32L << 30, removable: false, partitions: 1).Mount("179:1", "/dev/mmcblk0p1", "/mnt");
        var card = _system.Devices.Of("179:0")!;
        Assert.Equal((removable, "mmc", "SC32G", "0x1234"), (card.Removable, card.Bus, card.Model, card.Serial));
        Assert.Equal(["/dev/mmcblk0p1 is mounted on /mnt."], card.Uses.Select(use => use.Sentence));
    }

    [Fact]
    public void Only_disks_with_a_medium_that_can_be_pulled_are_offered()
    {
        _system.Stick().Subsystem(Sata, "scsi").Disk(Sata, "sda", 8, 0, 1L << 40, removable: false).Disk("virtual", "loop0", 7, 0, 1L << 30, removable: false)
            .Disk("pci0000:00/ata2/host1/1:0:0:0", "sr0", 11, 0, 0, removable: true);
        Assert.Equal(["/dev/sdb"], _system.Devices.Removable().Select(device => device.Path));
    }

    [Fact]
    public void Each_mount_of_a_disk_and_of_its_partitions_is_told_whichever_of_them_is_asked_for()
    {
        _system.Stick(partitions: 3).Mount("8:17", "/dev/sdb1", "/media/my\\040stick").Mount("0:44", "/dev/sdb2", "/data").Mount("8:32", "/dev/sdc", "/other").Swap("/dev/sdb3");
        string[] uses = ["/dev/sdb1 is mounted on /media/my stick.", "/dev/sdb2 is mounted on /data.", "/dev/sdb3 is swap space."];
        Assert.Equal(uses, _system.Devices.Of("8:16")!.Uses.Select(use => use.Sentence));
        Assert.Equal(uses, _system.Devices.Of("8:17")!.Uses.Select(use => use.Sentence));
    }

    [Fact]
    public void The_running_system_is_seen_through_encryption_and_volumes()
    {
        _system.Subsystem(Sata, "scsi").Disk(Sata, "sda", 8, 0, 1L << 40, removable: false, partitions: 2)
            .Disk("virtual", "dm-0", 253, 0, 1L << 40, removable: false).Write("virtual/block/dm-0", "dm/uuid", "CRYPT-LUKS2-x").Write("virtual/block/dm-0", "dm/name", "luks")
            .Disk("virtual", "dm-1", 253, 1, 1L << 40, removable: false).Write("virtual/block/dm-1", "dm/uuid", "LVM-y").Write("virtual/block/dm-1", "dm/name", "vg-root")
            .Holder($"{Sata}/block/sda/sda2", "dm-0").Holder("virtual/block/dm-0", "dm-1")
            .Mount("8:1", "/dev/sda1", "/boot").Mount("253:1", "/dev/mapper/vg-root", "/");
        Assert.Equal(
            [
                "/dev/sda1 is mounted on /boot, part of the running system.",
                "/dev/sda2 is part of the encrypted volume /dev/dm-0 (luks).",
                "/dev/dm-0 is part of the LVM volume /dev/dm-1 (vg-root).",
                "/dev/dm-1 is mounted on /, part of the running system.",
            ],
            _system.Devices.Of("8:0")!.Uses.Select(use => use.Sentence));
    }

    [Fact]
    public void What_only_the_host_has_mounted_counts_where_it_can_be_seen_and_is_not_taken_for_our_own()
    {
        _system.Stick(partitions: 1).Mount("0:50", "overlay", "/").HostMount("8:17", "/dev/sdb1", "/run/handcarry/media/x");
        Assert.Equal(["/dev/sdb1 is mounted on /run/handcarry/media/x."], _system.Devices.Of("8:16")!.Uses.Select(use => use.Sentence));
        Assert.Empty(new MountTable(_system.ProcRoot).PointsBelow("/run/handcarry/media"));
    }

    [Fact]
    public void Members_of_a_raid_and_what_a_loop_device_is_made_of_are_in_use()
    {
        _system.Stick().Disk("virtual", "md127", 9, 127, 1L << 30, removable: false).Holder($"{MadeSystem.UsbPort}/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb", "md127")
            .Disk("virtual", "loop3", 7, 3, 1L << 30, removable: false).Write("virtual/block/loop3", "loop/backing_file", "/dev/sdb1").Mount("7:3", "/dev/loop3", "/mnt");
        Assert.Equal(
            ["/dev/sdb is part of the RAID /dev/md127.", "/dev/loop3 is made out of /dev/sdb1.", "/dev/loop3 is mounted on /mnt."],
            _system.Devices.Of("8:16")!.Uses.Select(use => use.Sentence));
    }

    [Fact]
    public void What_a_device_says_of_itself_cannot_move_the_cursor()
    {
        _system.Stick().Write($"{MadeSystem.UsbPort}/2-1:1.0/host6/target6:0:0/6:0:0:0", "model", "\e[2JUltra\rFit");
        Assert.Equal("[2JUltra Fit", _system.Devices.Of("8:16")!.Model);
    }

    [Fact]
    public void What_is_no_block_device_is_refused_with_what_to_do()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.At("file"), "");
        foreach (var path in (string[])[folder.At("file"), folder.Root, "/dev/null", folder.At("nothing")])
        {
            var refused = Assert.Throws<ContentException>(() => _system.Devices.Find(path));
            Assert.Equal(DeviceReasons.NotADevice, refused.Reason);
            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        }
    }
}
