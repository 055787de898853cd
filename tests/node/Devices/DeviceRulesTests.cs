using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Hosts.Node.Tests.Devices;

public sealed class DeviceRulesTests
{
    private static readonly DeviceFacts Stick = new()
    {
        Path = "/dev/sdb",
        Major = 8,
        Minor = 16,
        Size = 1000,
        BlockSize = 512,
        ReadOnly = false,
        Removable = true,
        Bus = "usb",
    };

    private static readonly DeviceUse Swap = new(DeviceUseKind.Swap, "/dev/sdb", "It is swap space.");

    [Fact]
    public void An_idle_stick_with_just_enough_room_may_be_written() => Assert.Empty(DeviceRules.Refusals(Stick, 1000, evenIfFixed: false));

    [Fact]
    public void Everything_that_stands_against_it_is_told_at_once() => Assert.Equal(
        [DeviceReasons.DeviceInUse, DeviceReasons.DeviceReadOnly, DeviceReasons.DeviceTooSmall, DeviceReasons.DeviceFixed],
        Reasons(Stick with { Uses = [Swap], ReadOnly = true, Removable = false }, 1001, evenIfFixed: false));

    [Fact]
    public void A_fixed_disk_can_be_insisted_on_and_nothing_else()
    {
        Assert.Empty(DeviceRules.Refusals(Stick with { Removable = false }, 1000, evenIfFixed: true));
        Assert.Equal(
            [DeviceReasons.DeviceInUse, DeviceReasons.DeviceReadOnly, DeviceReasons.DeviceTooSmall],
            Reasons(Stick with { Uses = [Swap], ReadOnly = true, Removable = false }, 1001, evenIfFixed: true));
    }

    [Fact]
    public void A_drive_without_a_medium_is_only_called_that() => Assert.Equal([DeviceReasons.NotADevice], Reasons(Stick with { Size = 0 }, 1000, evenIfFixed: true));

    private static IEnumerable<string> Reasons(DeviceFacts device, long bytes, bool evenIfFixed) =>
        DeviceRules.Refusals(device, bytes, evenIfFixed).Select(refusal => refusal.Reason);
}
