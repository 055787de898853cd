namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>Something on a device that is not read.</summary>
/// <param name="Reason">The stable reason word, of <see cref="VolumeReasons"/>, <see cref="Node.Devices.DeviceReasons"/> or <see cref="Streams.Content.Reasons"/>.</param>
/// <param name="Message">A sentence; names in it are escaped.</param>
public sealed record VolumeFinding(string Reason, string Message);
