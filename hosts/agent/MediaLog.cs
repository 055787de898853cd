using Handcarry.Agent.Receipts;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Hosts.Node.Media.Volumes;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent;

/// <summary>Writes to the log what devices gave rise to besides media, and has those receipts written that are asked for, unless <paramref name="receipts"/> is null.</summary>
internal sealed partial class MediaLog(ILogger<MediaLog> log, ReceiptDesk? receipts) : IMediaLog
{
    public void Refused(BlockDeviceFacts device, DeviceRefusal refusal) =>
        // Each node has such disks, and nobody meant them.
        Refused(refusal.Reason == DeviceReasons.DeviceFixed ? LogLevel.Debug : LogLevel.Warning, refusal.Reason, refusal.Sentence);

    public void PassedOver(VolumeFinding finding) => PassedOver(finding.Reason, finding.Message);

    public void Lacking(VolumeFinding finding) => Lacking(finding.Reason, finding.Message);

    public void Wished(BlockDeviceFacts device, ReceiptWish wish) => receipts?.Wished(device, wish);

    public void Gone(BlockDeviceFacts device) => receipts?.Gone(device);

    public void Deaf(string source, Exception cause) => Deaf(source, cause.Message);

    [LoggerMessage(Message = "{Reason}: {Sentence}")]
    private partial void Refused(LogLevel level, string reason, string sentence);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Reason}: {Sentence}")]
    private partial void PassedOver(string reason, string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}: {Sentence}")]
    private partial void Lacking(string reason, string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Devices are not heard of by {Source} at the moment, trying again: {Cause}")]
    private partial void Deaf(string source, string cause);
}
