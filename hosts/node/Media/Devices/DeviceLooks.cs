using System.Threading.Channels;
using Handcarry.Hosts.Node.Media.Volumes;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>
/// The looks at devices, all at the same time: a disc that takes its time to spin up must not keep the node from noticing what happens elsewhere.
/// All members but the channel are for one caller at a time.
/// </summary>
internal sealed class DeviceLooks(IVolumeReader volumes) : IAsyncDisposable
{
    private readonly Dictionary<string, DeviceLook> _looks = new(StringComparer.Ordinal);
    private readonly HashSet<DeviceLook> _running = [];
    private readonly Channel<DeviceLook> _done = Channel.CreateUnbounded<DeviceLook>();

    /// <summary>Those that have come to their end; each has to be taken.</summary>
    public ChannelReader<DeviceLook> Done => _done.Reader;

    /// <summary>
    /// Whether looking could bring to light something new: not while one looks, and not when bundles were found, whose reader notices when they change.
    /// </summary>
    public bool AreWorthwhile(BlockDeviceFacts device) =>
        !_looks.TryGetValue(device.Name, out var look) || (look.Told && look.Contents.Result.Bundles.Count == 0);

    public void Begin(BlockDeviceFacts device)
    {
        var look = new DeviceLook(volumes, device);
        _looks[device.Name] = look;
        _running.Add(look);
        look.Contents.ContinueWith(_ => _done.Writer.TryWrite(look), TaskScheduler.Default);
    }

    /// <summary>What was seen; nothing when the device has gone. Throws what the reader of volumes threw.</summary>
    public async ValueTask<VolumeContents> TakeAsync(DeviceLook look)
    {
        _running.Remove(look);
        if (look.Abandoned)
            return new VolumeContents([], []);
        var contents = await look.Contents;
        look.Told = true;
        return contents;
    }

    /// <summary>The bundles that were told of on a device which is gone.</summary>
    public IReadOnlyList<FoundBundle> Forget(BlockDeviceFacts device)
    {
        if (!_looks.Remove(device.Name, out var look))
            return [];
        look.Dispose();
        return look.Told ? look.Contents.Result.Bundles : [];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var look in _running)
        {
            look.Dispose();
            await ((Task)look.Contents).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
