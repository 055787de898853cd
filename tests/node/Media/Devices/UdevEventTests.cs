using CsCheck;
using Handcarry.Hosts.Node.Media.Devices;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

public sealed class UdevEventTests
{
    [Fact]
    public void An_event_tells_its_number_the_device_and_the_insertion()
    {
        var told = Recorded.Event(Recorded.StickPartition);
        Assert.Equal((2002UL, "sdb1", 17UL, false), (told.Stamp, told.Name, told.Sequence!.Value, told.Removed));
        Assert.True(Recorded.Event(Recorded.StickPartition.Replace("=add", "=remove", StringComparison.Ordinal)).Removed);
    }

    [Theory]
    [InlineData("ACTION=add DEVNAME=/dev/ttyUSB0 SEQNUM=7 SUBSYSTEM=tty")]
    [InlineData("ACTION=add DEVTYPE=disk SEQNUM=7")]
    [InlineData("ACTION=add DEVNAME=/dev/sdb DEVTYPE=disk")]
    [InlineData("ACTION=add DEVNAME=sdb DEVTYPE=disk SEQNUM=7")]
    public void What_is_no_event_of_a_block_device_is_passed_over(string recorded) => Assert.Null(UdevEvent.Parse(Recorded.Properties(recorded)));

    [Fact]
    public void Any_properties_are_parsed_or_passed_over()
    {
        var value = Gen.OneOf(Gen.String, Gen.Const("disk"), Gen.Const("/dev/sda"), Gen.Const("7"), Gen.Const("18446744073709551616"));
        Gen.Select(value, value, value, value).Sample((node, type, number, sequence) =>
        {
            var properties = new Dictionary<string, string> { ["DEVNAME"] = node, ["DEVTYPE"] = type, ["SEQNUM"] = number, ["DISKSEQ"] = sequence };
            return UdevEvent.Parse(properties) is not { } told || (told.Stamp == 7 && node == "/dev/" + told.Name && told.Sequence is null or 7);
        });
    }
}
