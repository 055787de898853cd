using System.Collections.Concurrent;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Hosts.Node.Media.Volumes;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

/// <summary>Keeps what it is told.</summary>
internal sealed class SilentMediaLog : IMediaLog
{
    public ConcurrentQueue<string> Sources { get; } = new();

    public ConcurrentQueue<(string Node, string Reason)> Refusals { get; } = new();

    public ConcurrentQueue<VolumeFinding> Findings { get; } = new();

    public void Refused(BlockDeviceFacts device, DeviceRefusal refusal) => Refusals.Enqueue((device.Node, refusal.Reason));

    public void PassedOver(VolumeFinding finding) => Findings.Enqueue(finding);

    public void Lacking(VolumeFinding finding) => Findings.Enqueue(finding);

    public ConcurrentQueue<(string Node, ReceiptWish? Wish)> Wishes { get; } = new();

    public void Wished(BlockDeviceFacts device, ReceiptWish wish) => Wishes.Enqueue((device.Node, wish));

    public void Gone(BlockDeviceFacts device) => Wishes.Enqueue((device.Node, null));

    public void Deaf(string source, Exception cause) => Sources.Enqueue(source);
}
