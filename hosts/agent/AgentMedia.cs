using Handcarry.Actors.Node;
using Handcarry.Agent.Receipts;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Media;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Streams.Bundles;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent;

/// <summary>Where this node's media come from, as configured.</summary>
internal static class AgentMedia
{
    public static IMediaSource Open(HandcarryOptions options, BundleLimits limits, ReceiptDesk? receipts, ILoggerFactory loggers)
    {
        var log = new MediaLog(loggers.CreateLogger<MediaLog>(), receipts);
        var sources = new List<IMediaSource>();
        var volumes = Volumes(options, limits);
        if (options.Media.Sources != MediaOptions.None)
            sources.Add(Devices(options, volumes, log));
        if (options.MediaFolder is { } folder)
            sources.Add(new WatchedFolderMediaSource(folder, TimeProvider.System));
        if (options.BundlePath is not null)
            sources.Add(new NamedBundleMediaSource(() => options.BundlePath, volumes, TimeProvider.System, log));
        return sources.Count == 1 ? sources[0] : new CombinedMediaSource(sources);
    }

    private static VolumeReader Volumes(HandcarryOptions options, BundleLimits limits)
    {
        var volumes = new VolumeOptions { MountFolder = options.MountPath };
        if (options.Media.FileSystems.Count > 0)
            volumes = volumes with { FileSystems = options.Media.FileSystems };
        return new VolumeReader(volumes, limits, TimeProvider.System);
    }

    private static BlockDeviceMediaSource Devices(HandcarryOptions options, VolumeReader volumes, MediaLog log)
    {
        var devices = new BlockDeviceMediaOptions
        {
            Udev = options.Media.Sources is MediaOptions.Udev or MediaOptions.Both,
            Systemd = options.Media.Sources is MediaOptions.Systemd or MediaOptions.Both,
            Include = options.Media.Include,
            Bundle = options.Media.BundleIsOnDevice ? options.Media.Bundle : null,
            BusSocket = options.BusSocket,
        };
        return BlockDeviceMediaSource.Create(devices, volumes, TimeProvider.System, log);
    }
}
