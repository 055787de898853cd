using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Hosts.Node.Media.Volumes;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>Is told what the devices of this machine gave rise to besides media.</summary>
public interface IMediaLog
{
    /// <summary>A device is not looked at.</summary>
    void Refused(BlockDeviceFacts device, DeviceRefusal refusal);

    /// <summary>Something on a device is not read.</summary>
    void PassedOver(VolumeFinding finding);

    /// <summary>Something is not there that the agent was told of or needs: what <c>media.bundle</c> names, or udev's notes.</summary>
    void Lacking(VolumeFinding finding);

    /// <summary>A medium asks for a receipt. Told again whenever it is looked at again.</summary>
    void Wished(BlockDeviceFacts device, ReceiptWish wish);

    /// <summary>A device is not there any more, whether it asked for something or not.</summary>
    void Gone(BlockDeviceFacts device);

    /// <summary>A source of events cannot be listened to at the moment; it is tried again. Told once until it works again.</summary>
    void Deaf(string source, Exception cause);
}
