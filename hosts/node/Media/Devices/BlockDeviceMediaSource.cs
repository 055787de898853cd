using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>
/// The bundles on the disks, partitions and discs of this machine, those that are there and those that are inserted later. Nothing is asked regularly: it
/// sleeps until udev or systemd tell of something.
/// </summary>
public sealed class BlockDeviceMediaSource : IMediaSource
{
    private const int Ahead = 64;

    private readonly IReadOnlyList<IBlockDeviceSource> _sources;
    private readonly Func<string, DeviceFacts?> _device;
    private readonly MediumRules _rules;
    private readonly IVolumeReader _volumes;
    private readonly TimeProvider _time;
    private readonly IMediaLog _log;
    private readonly ConcurrentDictionary<string, FoundBundle> _known = new(StringComparer.Ordinal);

    internal BlockDeviceMediaSource(
        IReadOnlyList<IBlockDeviceSource> sources, Func<string, DeviceFacts?> device, MediumRules rules, IVolumeReader volumes, TimeProvider time, IMediaLog log) =>
        (_sources, _device, _rules, _volumes, _time, _log) = (sources, device, rules, volumes, time, log);

    /// <summary>Makes one that looks at devices through <paramref name="volumes"/>. Says so when the notes of udev are not visible.</summary>
    public static BlockDeviceMediaSource Create(BlockDeviceMediaOptions options, IVolumeReader volumes, TimeProvider time, IMediaLog log)
    {
        if (!Directory.Exists(options.UdevNotes))
        {
            log.Lacking(new VolumeFinding(
                VolumeReasons.UdevNotesMissing,
                $"{options.UdevNotes} is not there, so of media that only systemd tells of, and of those that were in before this agent, no file system is known and only bundles written raw are found. Mount the host's /run/udev there."));
        }
        var census = new BlockDeviceCensus(options.SysRoot, UdevDatabase.PropertiesOf);
        var sources = new List<IBlockDeviceSource>();
        if (options.Udev)
            sources.Add(new UdevBlockDevices(census, UdevMonitor.Begin));
        if (options.Systemd)
            sources.Add(new SystemdBlockDevices(census, options.BusSocket));
        return new BlockDeviceMediaSource(sources, number => new BlockDevices(options.SysRoot, options.ProcRoot).Of(number), new MediumRules(options.Include, options.Bundle), volumes, time, log);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MediaChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = Channel.CreateBounded<BlockDeviceEvent>(new BoundedChannelOptions(Ahead) { SingleReader = true });
        var listening = _sources.Select(source => new PersistentListener(source, _time, _log).RunAsync(events.Writer, stop.Token)).ToList();
        await using var looks = new DeviceLooks(_volumes);
        try
        {
            var started = _time.GetTimestamp();
            var table = DeviceTable.Empty;
            var missing = false;
            while (true)
            {
                await WaitAsync(events.Reader, looks.Done, table.NextDue - _time.GetElapsedTime(started), cancellationToken);
                var now = _time.GetElapsedTime(started);
                (table, var effects) = events.Reader.TryRead(out var told) ? table.Step(told, now) : table.Tick(now);
                missing = Miss(table, told, missing);
                foreach (var change in effects.SelectMany(effect => CarryOut(effect, looks)))
                    yield return change;
                while (looks.Done.TryRead(out var look))
                {
                    foreach (var change in Tell(look, await looks.TakeAsync(look)))
                        yield return change;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(listening);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(Medium medium, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(medium.Id, out var bundle))
            throw Gone(medium, null);
        try
        {
            return await _volumes.OpenAsync(bundle, cancellationToken);
        }
        catch (ContentException e) when (e.Reason == DeviceReasons.DeviceChanged)
        {
            // Pulled out, and nobody has told of it yet.
            throw Gone(medium, e);
        }
    }

    private static ContentException Gone(Medium medium, Exception? cause) =>
        new(Reasons.ReadFailed, $"{medium.Name} is not there any more: insert it again.", cause);

    /// <summary>Waits for an event, for something that was looked at, or until the table is due.</summary>
    private async ValueTask WaitAsync(ChannelReader<BlockDeviceEvent> events, ChannelReader<DeviceLook> done, TimeSpan? due, CancellationToken cancellationToken)
    {
        if (events.TryPeek(out _) || done.TryPeek(out _) || due <= TimeSpan.Zero)
            return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waits = new List<Task> { events.WaitToReadAsync(over.Token).AsTask(), done.WaitToReadAsync(over.Token).AsTask() };
        if (due is { } time)
            waits.Add(Task.Delay(time, _time, over.Token));
        await Task.WhenAny(waits);
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private IEnumerable<MediaChange> CarryOut(DeviceEffect effect, DeviceLooks looks)
    {
        var device = effect.Device;
        if (effect is DeviceEffect.Gone)
        {
            _log.Gone(device);
            foreach (var bundle in looks.Forget(device))
            {
                _known.TryRemove(bundle.Id, out _);
                yield return new MediaChange(MediumOf(bundle), Present: false);
            }
            yield break;
        }
        if (looks.AreWorthwhile(device) && _device(device.Number) is { } facts)
        {
            if (_rules.Refusal(device, facts) is { } refusal)
                _log.Refused(device, refusal);
            else
                looks.Begin(device);
        }
    }

    /// <summary>Says once, after everything was listed, that the device is not there on which a bundle is expected.</summary>
    private bool Miss(DeviceTable table, BlockDeviceEvent? told, bool missing)
    {
        if (_rules.Bundle is not { } bundle || told is null)
            return missing;
        if (table.Present.Any(_rules.IsForBundle))
            return false;
        if (told is BlockDeviceEvent.Listed && !missing)
            _log.Lacking(new VolumeFinding(VolumeReasons.BundleMissing, $"There is no medium at {bundle}, which the setting media.bundle names. Plug it in; it is taken as soon as it is there."));
        return missing || told is BlockDeviceEvent.Listed;
    }

    private IEnumerable<MediaChange> Tell(DeviceLook look, VolumeContents contents)
    {
        if (contents.Bundles.Count == 0 && !look.Abandoned && _rules.IsForBundle(look.Device))
            _log.Lacking(new VolumeFinding(VolumeReasons.BundleMissing, $"{look.Device.Node}, which the setting media.bundle names, has no bundle on it. Write one with `handcarry write`, or copy its file into the top folder."));
        foreach (var finding in contents.Findings)
            _log.PassedOver(finding);
        if (contents.Wish is { } wish && !look.Abandoned)
            _log.Wished(look.Device, wish);
        foreach (var bundle in contents.Bundles)
        {
            _known[bundle.Id] = bundle;
            yield return new MediaChange(MediumOf(bundle), Present: true);
        }
    }

    private static Medium MediumOf(FoundBundle bundle) => new(bundle.Id, bundle.Name, NamedAsBundle: bundle.File is not null);
}
