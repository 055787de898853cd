using Handcarry.Hosts.Node.Media.Volumes;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>A look at a device, under way or done.</summary>
internal sealed class DeviceLook : IDisposable
{
    // Not disposed: the reader of volumes may still look at the token while it winds down.
    private readonly CancellationTokenSource _stop = new();

    public DeviceLook(IVolumeReader volumes, BlockDeviceFacts device) =>
        (Device, Contents) = (device, Task.Run(() => volumes.LookAsync(device, _stop.Token).AsTask()));

    public BlockDeviceFacts Device { get; }

    public Task<VolumeContents> Contents { get; }

    /// <summary>Whether somebody was told what was seen.</summary>
    public bool Told { get; set; }

    /// <summary>Whether the device has gone in the meantime.</summary>
    public bool Abandoned => _stop.IsCancellationRequested;

    /// <summary>Stops looking.</summary>
    public void Dispose() => _stop.Cancel();
}
