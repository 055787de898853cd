using System.Threading.Channels;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.SystemBus;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

public sealed class SystemdBlockDevicesTests
{
    private readonly Channel<BusSignal> _signals = Channel.CreateUnbounded<BusSignal>();

    private static BusSignal.UnitListed Stick => new("dev-sdb.device", Present: true);

    [Fact]
    public async Task A_unit_of_a_device_is_a_reason_to_look_and_other_units_are_not()
    {
        var next = NextAsync(new BusSignal.UnitListed("session-3.scope", true), new BusSignal.UnitListed("sys-subsystem-net-devices-veth0.device", true), new BusSignal.JobRemoved("/job/1", "done"));
        Assert.False(next.IsCompleted);
        _signals.Writer.TryWrite(Stick);
        await next;
    }

    /// <summary>A unit may be told of before it is active.</summary>
    [Trait("Trap", "4")]
    [Fact]
    public Task A_unit_that_becomes_active_later_is_a_reason_to_look() => NextAsync(new BusSignal.DeviceChanged());

    /// <summary>Another disc in the same drive has a new unit for the link by its number only.</summary>
    [Trait("Trap", "5")]
    [Fact]
    public Task A_unit_of_a_link_is_a_reason_to_look() => NextAsync(new BusSignal.UnitListed(@"dev-disk-by\x2ddiskseq-19.device", true));

    /// <summary>A reload looks like unplugging everything and plugging it in again.</summary>
    [Trait("Trap", "2")]
    [Fact]
    public async Task A_reload_is_one_reason_to_look_when_it_is_over()
    {
        var storm = Enumerable.Range(0, 200).SelectMany(_ => (BusSignal[])[Stick with { Present = false }, Stick]);
        var next = NextAsync([new BusSignal.Reloading(true), .. storm]);
        Assert.False(next.IsCompleted);
        _signals.Writer.TryWrite(new BusSignal.Reloading(false));
        await next;
        Assert.Equal(0, _signals.Reader.Count);
    }

    [Fact]
    public async Task The_seven_units_of_a_stick_are_one_reason_to_look()
    {
        await NextAsync([.. Enumerable.Repeat(Stick, 7)]);
        Assert.Equal(0, _signals.Reader.Count);
    }

    private Task NextAsync(params BusSignal[] signals)
    {
        foreach (var signal in signals)
            _signals.Writer.TryWrite(signal);
        return SystemdBlockDevices.NextAsync(_signals.Reader, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
