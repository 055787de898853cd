using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Handcarry.Hosts.Node.Media.Devices;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

/// <summary>A source of what a test says, which tells each listener all that is there first.</summary>
internal sealed class ScriptedBlockDevices : IBlockDeviceSource
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BlockDeviceFacts> _present = new(StringComparer.Ordinal);
    private readonly List<Channel<BlockDeviceEvent>> _listeners = [];
    private ulong _stamp;

    public string Name => "script";

    /// <summary>How many listen.</summary>
    public int Listeners
    {
        get
        {
            lock (_gate)
                return _listeners.Count;
        }
    }

    public BlockDeviceFacts? Find(string number)
    {
        lock (_gate)
            return _present.Values.FirstOrDefault(device => device.Number == number);
    }

    public void Tell(string name, BlockDeviceFacts? device)
    {
        lock (_gate)
        {
            _stamp++;
            _present.Remove(name);
            if (device is not null)
                _present[name] = device;
            foreach (var listener in _listeners)
                listener.Writer.TryWrite(new BlockDeviceEvent.Changed(_stamp, name, device));
        }
    }

    /// <summary>Ends what everybody hears with an error.</summary>
    public void Fail()
    {
        lock (_gate)
        {
            foreach (var listener in _listeners)
                listener.Writer.TryComplete(new IOException("the bus was restarted"));
            _listeners.Clear();
        }
    }

    public async IAsyncEnumerable<BlockDeviceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = Channel.CreateUnbounded<BlockDeviceEvent>();
        lock (_gate)
        {
            events.Writer.TryWrite(new BlockDeviceEvent.Listed(_stamp, [.. _present.Values]));
            _listeners.Add(events);
        }
        await foreach (var told in events.Reader.ReadAllAsync(cancellationToken))
            yield return told;
    }
}
