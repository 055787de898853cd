using System.Globalization;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Streams.Bundles;

namespace Handcarry.Bench;

/// <summary>The watching part of an agent, and nothing else, in a process of its own: hears of one device, and prints when it knows the bundle on it.</summary>
internal static class MediaWatchChild
{
    /// <summary>The word that begins this instead of a benchmark.</summary>
    public const string Word = "media-watch";

    /// <summary>Runs until it is killed. <paramref name="args"/>: the device's node, the socket of the system bus, a folder for mounts.</summary>
    public static async Task RunAsync(IReadOnlyList<string> args)
    {
        var limits = new BundleLimits();
        var volumes = new VolumeReader(new VolumeOptions { MountFolder = args[2] }, limits, TimeProvider.System);
        // Other devices of this machine are nobody's business: this one is fixed, and only what is named is looked at.
        var source = BlockDeviceMediaSource.Create(new BlockDeviceMediaOptions { Include = [args[0]], BusSocket = args[1] }, volumes, TimeProvider.System, new Silence());
        await foreach (var change in source.WatchAsync(CancellationToken.None))
        {
            if (!change.Present)
            {
                await Console.Out.WriteLineAsync("gone");
                continue;
            }
            await using var medium = await source.OpenAsync(change.Medium, CancellationToken.None);
            var reader = await BundleReader.OpenAsync(medium, limits, CancellationToken.None);
            var now = DateTime.UtcNow.Ticks;
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{now} {reader.Metadata.Version}"));
        }
    }

    private sealed class Silence : IMediaLog
    {
        public void Refused(BlockDeviceFacts device, DeviceRefusal refusal)
        {
        }

        public void PassedOver(VolumeFinding finding) => Console.Error.WriteLine(finding.Message);

        public void Lacking(VolumeFinding finding)
        {
        }

        public void Wished(BlockDeviceFacts device, ReceiptWish wish)
        {
        }

        public void Gone(BlockDeviceFacts device)
        {
        }

        public void Deaf(string source, Exception cause) => Console.Error.WriteLine($"{source}: {cause.Message}");
    }
}
