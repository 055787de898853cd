using System.Runtime.CompilerServices;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>Block devices as udev tells of them: complete, at once, with what is on them.</summary>
/// <param name="census">What is there.</param>
/// <param name="listen">Begins to listen.</param>
internal sealed class UdevBlockDevices(BlockDeviceCensus census, Func<UdevMonitor> listen) : IBlockDeviceSource
{
    public string Name => "udev";

    public async IAsyncEnumerable<BlockDeviceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Listened first, looked then: what comes in between is heard twice instead of never.
        using var monitor = listen();
        yield return census.List();
        await foreach (var told in monitor.Events.ReadAllAsync(cancellationToken))
            yield return told is null ? census.List() : census.Resolve(told);
    }
}
