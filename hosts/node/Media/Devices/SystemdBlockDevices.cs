using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Handcarry.Hosts.Node.SystemBus;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>
/// Block devices as systemd hears of them: the second opinion, and the only one in a network namespace without udev's events. systemd merges what happens
/// quickly, has several units for one device, and none that is new for another disc in the same drive; so what it tells is only ever taken as a reason to
/// look at all devices anew. It is never asked about a unit in answer: that would load the unit, which is told, and so on for ever
/// (reference/devices.md section 1, pitfalls 1, 4 and 5).
/// </summary>
/// <param name="census">What is there.</param>
/// <param name="socket">Socket of the system bus.</param>
internal sealed class SystemdBlockDevices(BlockDeviceCensus census, string socket) : IBlockDeviceSource
{
    public string Name => "systemd";

    public async IAsyncEnumerable<BlockDeviceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var bus = await SystemdBus.ConnectAsync(socket);
        await bus.SubscribeAsync();
        yield return census.List();
        while (true)
        {
            await NextAsync(bus.Signals, cancellationToken);
            yield return census.List();
        }
    }

    /// <summary>Waits until something is told of devices, and takes all that was told with it.</summary>
    internal static async ValueTask NextAsync(ChannelReader<BusSignal> signals, CancellationToken cancellationToken)
    {
        var (concerned, reloading) = (false, false);
        while (!concerned || reloading || signals.TryPeek(out _))
        {
            var signal = await signals.ReadAsync(cancellationToken);
            // A reload takes all units away and brings them back. Its end is a reason to look, whatever was told of devices on the way.
            (concerned, reloading) = signal switch
            {
                BusSignal.Reloading reload => (concerned || !reload.Begins, reload.Begins),
                BusSignal.UnitListed unit => (concerned || IsBlockDevice(unit.Unit), reloading),
                BusSignal.DeviceChanged => (true, reloading),
                _ => (concerned, reloading),
            };
        }
    }

    /// <summary>systemd has a unit for the node and for each of its links; others, such as those of network interfaces, are not below /dev.</summary>
    private static bool IsBlockDevice(string unit) => unit.StartsWith("dev-", StringComparison.Ordinal) && unit.EndsWith(".device", StringComparison.Ordinal);
}
