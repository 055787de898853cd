using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

public sealed class MediumRulesTests
{
    private static readonly BlockDeviceFacts Medium = new()
    {
        Node = "/dev/sdb1", Disk = "/dev/sdb", Major = 8, Minor = 17, DiskSequence = 17, Size = 1000, Probed = true, Links = ["/dev/disk/by-id/ata-Data_7-part1"],
    };

    private static readonly DeviceFacts Device = new() { Path = "/dev/sdb1", Major = 8, Minor = 17, Size = 1000, BlockSize = 512, ReadOnly = false, Removable = true, Bus = "usb" };

    [Fact]
    public void An_idle_stick_is_looked_at() => Assert.Null(Reason(Medium, Device));

    [Fact]
    public void A_fixed_disk_is_looked_at_only_when_it_is_named()
    {
        var fixedDisk = Device with { Removable = false };
        Assert.Equal(DeviceReasons.DeviceFixed, Reason(Medium, fixedDisk));
        Assert.Equal(DeviceReasons.DeviceFixed, Reason(Medium, fixedDisk, "/dev/sdb", "/dev/disk/by-id/ata-Other*"));
        Assert.Null(Reason(Medium, fixedDisk, "/dev/sdb?"));
        Assert.Null(Reason(Medium, fixedDisk, "/dev/disk/by-id/ata-Data_*"));
    }

    [Fact]
    public void A_fixed_disk_on_which_a_bundle_is_expected_is_looked_at_by_its_node_or_any_link_to_it()
    {
        var fixedDisk = Device with { Removable = false };
        Assert.Null(new MediumRules([], "/dev/sdb1").Refusal(Medium, fixedDisk));
        Assert.Null(new MediumRules([], "/dev/disk/by-id/ata-Data_7-part1").Refusal(Medium, fixedDisk));
        Assert.Equal(DeviceReasons.DeviceFixed, new MediumRules([], "/dev/sdb*").Refusal(Medium, fixedDisk)?.Reason);
    }

    [Fact]
    public void A_disk_of_the_running_system_is_never_looked_at_not_even_a_partition_that_is_idle() =>
        Assert.Equal(DeviceReasons.SystemDisk, Reason(Medium, Device with { Uses = [new(DeviceUseKind.System, "/dev/sdb2", "It is the root.")] }, "/dev/*"));

    [Theory]
    [InlineData(DeviceUseKind.Mounted, DeviceReasons.DeviceInUse)]
    [InlineData(DeviceUseKind.Swap, DeviceReasons.DeviceInUse)]
    [InlineData(DeviceUseKind.Held, DeviceReasons.PartOfVolume)]
    [InlineData(DeviceUseKind.MountedReadOnly, null)]
    public void A_use_stands_against_a_partition_when_it_is_of_itself_or_of_its_disk(DeviceUseKind kind, string? reason)
    {
        Assert.Equal(reason, Reason(Medium, Device with { Uses = [new(kind, "/dev/sdb1", "Used.")] }, "/dev/*"));
        Assert.Equal(reason, Reason(Medium, Device with { Uses = [new(kind, "/dev/sdb", "Used.")] }, "/dev/*"));
        Assert.Null(Reason(Medium, Device with { Uses = [new(kind, "/dev/sdb2", "Used.")] }, "/dev/*"));
        Assert.Equal(reason, Reason(Medium with { Node = "/dev/sdb", Disk = null }, Device with { Uses = [new(kind, "/dev/sdb2", "Used.")] }, "/dev/*"));
    }

    [Theory]
    [InlineData("raid", "LVM2_member")]
    [InlineData("raid", "linux_raid_member")]
    [InlineData("crypto", "crypto_LUKS")]
    public void A_part_of_a_volume_is_not_looked_at_even_when_nobody_uses_it(string usage, string type) =>
        Assert.Equal(DeviceReasons.PartOfVolume, Reason(Medium with { Usage = usage, FileSystem = type }, Device));

    [Fact]
    public void A_path_of_a_multipath_device_is_a_part_of_it() => Assert.Equal(DeviceReasons.PartOfVolume, Reason(Medium with { IsMultipathPath = true, Ready = false }, Device));

    [Fact]
    public void What_udev_calls_not_ready_is_not_looked_at() => Assert.Equal(DeviceReasons.DeviceNotReady, Reason(Medium with { Ready = false }, Device));

    private static string? Reason(BlockDeviceFacts medium, DeviceFacts device, params string[] included) => new MediumRules(included).Refusal(medium, device)?.Reason;
}
