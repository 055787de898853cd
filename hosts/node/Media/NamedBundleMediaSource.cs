using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Media;

/// <summary>
/// The one bundle that the administrator has named by its path: a file of any name, or the numbered parts of one. Whatever is there is a medium, also when it
/// turns out to be no bundle, so that somebody is told. It may come later, as may the folders that it is in.
/// </summary>
/// <param name="path">Where the bundle is, as this process sees it; asked each time, since it may lead through links.</param>
/// <param name="volumes">What finds and reads it.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Is told what keeps the bundle from being used, once for each reason.</param>
public sealed class NamedBundleMediaSource(Func<string> path, IVolumeReader volumes, TimeProvider time, IMediaLog log) : IMediaSource
{
    private readonly ConcurrentDictionary<string, FoundBundle> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async IAsyncEnumerable<MediaChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        FoundBundle? present = null;
        VolumeFinding? told = null;
        while (true)
        {
            // Watched first, looked then. Of folders that are not there yet the last one that is shows the next.
            var (folder, name) = Nearest(path());
            using var watch = Watch(folder);
            var moved = watch is null;
            while (!moved)
            {
                var (now, lacking, beingWritten) = await LookAsync(present, cancellationToken);
                if (present is not null && now?.Id != present.Id)
                {
                    _known.TryRemove(present.Id, out _);
                    yield return new MediaChange(MediumOf(present), Present: false);
                }
                if (now is not null && now.Id != present?.Id)
                {
                    _known[now.Id] = now;
                    yield return new MediaChange(MediumOf(now), Present: true);
                }
                if (lacking is not null && lacking != told)
                    log.Lacking(lacking);
                (present, told) = (now, lacking);
                moved = Nearest(path()) != (folder, name) || await NextAsync(watch!, name, beingWritten, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenAsync(Medium medium, CancellationToken cancellationToken) =>
        _known.TryGetValue(medium.Id, out var bundle)
            ? volumes.OpenAsync(bundle, cancellationToken)
            : throw new ContentException(Reasons.ReadFailed, $"{medium.Name} is not there any more: bring it back, or another copy.");

    private static Medium MediumOf(FoundBundle bundle) => new(bundle.Id, bundle.Name, NamedAsBundle: true);

    /// <summary>The innermost folder on the way that exists, and what is to appear in it.</summary>
    private static (string Folder, string Name) Nearest(string bundle)
    {
        var (folder, name) = (Path.GetDirectoryName(bundle) ?? "/", PartNames.BundleOf(Path.GetFileName(bundle)));
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
            (folder, name) = (above, Path.GetFileName(folder));
        return (folder, name);
    }

    /// <summary>Null when the folder has just gone.</summary>
    private static FolderWatch? Watch(string folder)
    {
        try
        {
            return FolderWatch.Begin(folder);
        }
        catch (ContentException) when (!Directory.Exists(folder))
        {
            return null;
        }
    }

    /// <summary>Waits until something happened to what is called so, or to its parts, or it is time to look again; true when the folder has gone.</summary>
    private async ValueTask<bool> NextAsync(FolderWatch watch, string name, bool beingWritten, CancellationToken cancellationToken)
    {
        using var soon = new CancellationTokenSource(beingWritten ? WatchedFolderMediaSource.LookAgainAfter : Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(soon.Token, cancellationToken);
        try
        {
            while (true)
            {
                var events = await watch.Events.ReadAsync(either.Token);
                if (events.FolderGone || events.Overflow || events.Names.Keys.Any(changed => changed.StartsWith(name, StringComparison.Ordinal)))
                    return events.FolderGone;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>What is there; what is being written is nothing yet, unless it is unchanged so far.</summary>
    private async ValueTask<(FoundBundle? Bundle, VolumeFinding? Lacking, bool BeingWritten)> LookAsync(FoundBundle? present, CancellationToken cancellationToken)
    {
        var bundle = path();
        try
        {
            var files = PartNames.Find([bundle]);
            if (files.FirstOrDefault(static file => FileStatus.Of(file) is { IsRegularFile: false }) is { } other)
                return (null, new VolumeFinding(VolumeReasons.NotAFile, $"{other}, which the setting media.bundle names, is no regular file. Name a file, or a device by its path below /dev."), false);
            var beingWritten = files.Any(MediumProbe.IsBeingWritten);
            var contents = await volumes.LookAsync(bundle, cancellationToken);
            if (contents.Bundles.Count == 0)
                return (null, contents.Findings[0], beingWritten);
            return beingWritten && contents.Bundles[0].Id != present?.Id ? (null, null, true) : (contents.Bundles[0], null, beingWritten);
        }
        catch (Exception e) when (e is ContentException or IOException or UnauthorizedAccessException)
        {
            return (null, new VolumeFinding(VolumeReasons.BundleMissing, $"The bundle that the setting media.bundle names cannot be had: {e.Message.TrimEnd('.')}. Once it is there it is taken; nothing has to be started again."), false);
        }
    }
}
