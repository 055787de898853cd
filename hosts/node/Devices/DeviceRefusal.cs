namespace Handcarry.Hosts.Node.Devices;

/// <summary>Why a device is not written to, or not read.</summary>
/// <param name="Reason">One of <see cref="DeviceReasons"/>.</param>
/// <param name="Sentence">For the person who can act.</param>
public sealed record DeviceRefusal(string Reason, string Sentence);
