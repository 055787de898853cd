using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>What is on a device, and reading it. Nothing is ever written to a device, and nothing on it executed.</summary>
public interface IVolumeReader
{
    /// <summary>
    /// The bundles on a device: the one written raw to it, or those in the top folder of its file system. Little is read; whether they are what they are
    /// called shows when they are opened. Whatever is wrong with the device is a finding, not an exception.
    /// </summary>
    ValueTask<VolumeContents> LookAsync(BlockDeviceFacts device, CancellationToken ct);

    /// <summary>The same for a path that the administrator has named: a file, its numbered parts, or a device with a bundle written raw to it.</summary>
    ValueTask<VolumeContents> LookAsync(string path, CancellationToken ct);

    /// <summary>
    /// Opens a bundle from its first byte. The stream can seek; its length may exceed the bundle's. Where bytes cannot be had it throws
    /// <see cref="ContentException"/> with <see cref="Reasons.ReadFailed"/> or <see cref="Reasons.PartMissing"/> and the offset;
    /// <see cref="ContentException.Unreadable"/> says whether reading can go on behind them. A file system stays mounted until the stream is closed.
    /// </summary>
    /// <exception cref="ContentException">
    /// <see cref="Node.Devices.DeviceReasons.DeviceChanged"/>: another medium is there now, or none; <see cref="VolumeReasons"/>; <see cref="Reasons.ReadFailed"/>.
    /// </exception>
    ValueTask<Stream> OpenAsync(FoundBundle bundle, CancellationToken ct);
}
