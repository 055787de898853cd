using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media;

/// <summary>
/// The media in one folder, a node's /dev or any other: block devices with something in them, and files called <c>upgrade-*.tar</c> that nobody
/// is writing any more. Only what is directly in the folder counts; symbolic links, folders and names beginning with a dot do not.
/// A disc put into a drive that stays, whose node does not change, is not noticed by this source: the kernel tells it by uevents only.
/// </summary>
public sealed class WatchedFolderMediaSource : IMediaSource
{
    private readonly string _folder;
    private readonly ConcurrentDictionary<string, FoundMedium> _known = new(StringComparer.Ordinal);

    /// <summary>Makes one for <paramref name="folder"/>, an absolute path; it must exist when watching begins.</summary>
    public WatchedFolderMediaSource(string folder)
    {
        if (!Path.IsPathFullyQualified(folder))
            throw new ArgumentException($"The folder for media is \"{folder}\"; it must be an absolute path.", nameof(folder));
        _folder = folder;
    }

    /// <summary>
    /// See <see cref="IMediaSource.WatchAsync"/>. Throws <see cref="ContentException"/> with ReadFailed when the folder does not exist, cannot
    /// be watched, or is removed later; its media are reported as gone before that.
    /// </summary>
    public async IAsyncEnumerable<MediaChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Watched first, listed then: what comes in between is seen twice, which is no harm, instead of never.
        using var watch = FolderWatch.Begin(_folder);
        var present = new SortedDictionary<string, FoundMedium>(StringComparer.Ordinal);
        foreach (var change in LookAtAll(present))
            yield return change;
        await foreach (var events in watch.Events.ReadAllAsync(cancellationToken))
        {
            if (events.FolderGone)
            {
                foreach (var name in present.Keys.ToList())
                    yield return Gone(present, name);
                throw new ContentException(Reasons.ReadFailed, $"The folder for media, {_folder}, was removed or unmounted: bring it back and start the agent again.");
            }
            foreach (var change in events.Overflow ? LookAtAll(present) : events.Names.SelectMany(e => LookAt(present, e.Key, e.Value)))
                yield return change;
        }
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenAsync(Medium medium, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_known.TryGetValue(medium.Id, out var found))
            throw new ContentException(Reasons.ReadFailed, $"{medium.Name} is not there any more: insert it again.");
        var handle = MediumProbe.Open(found.Path, 0, out var error)
            ?? throw new ContentException(Reasons.ReadFailed, $"{medium.Name} cannot be opened: {LibC.Describe(error)}. Insert it again.");
        // The name may stand for another stick by now.
        if (FileStatus.Of(handle) is not { } status || MediumProbe.Identify(handle, status) != found.Key)
        {
            handle.Dispose();
            throw new ContentException(Reasons.ReadFailed, $"{medium.Name} has been taken out or changed: insert it again.");
        }
        return ValueTask.FromResult<Stream>(new MediumStream(handle, found.Key.Size, medium.Name));
    }

    private IEnumerable<MediaChange> LookAtAll(SortedDictionary<string, FoundMedium> present) =>
        Directory.EnumerateFileSystemEntries(_folder).Select(static path => Path.GetFileName(path)).Union(present.Keys.ToList())
            .SelectMany(name => LookAt(present, name, left: false));

    private IEnumerable<MediaChange> LookAt(SortedDictionary<string, FoundMedium> present, string name, bool left)
    {
        var now = MediumProbe.Find(_folder, name);
        var before = present.GetValueOrDefault(name);
        if (before is not null && (left || now?.Key != before.Key))
        {
            yield return Gone(present, name);
            before = null;
        }
        if (before is null && now is not null)
        {
            present[name] = now;
            _known[now.Medium.Id] = now;
            yield return new MediaChange(now.Medium, Present: true);
        }
    }

    private MediaChange Gone(SortedDictionary<string, FoundMedium> present, string name)
    {
        present.Remove(name, out var found);
        _known.TryRemove(found!.Medium.Id, out _);
        return new MediaChange(found.Medium, Present: false);
    }
}
