using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Media.Volumes;
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
    // inotify reports that a writer closed a file just before the kernel counts one writer less (fs/file_table.c, __fput): such a file is looked
    // at again, as is one of which nobody will ever tell that it is complete.
    internal static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, FoundMedium> _known = new(StringComparer.Ordinal);

    /// <summary>Makes one for <paramref name="folder"/>, an absolute path; it must exist when watching begins.</summary>
    public WatchedFolderMediaSource(string folder, TimeProvider time)
    {
        if (!Path.IsPathFullyQualified(folder))
            throw new ArgumentException($"The folder for media is \"{folder}\"; it must be an absolute path.", nameof(folder));
        _folder = folder;
        _time = time;
    }

    /// <summary>
    /// See <see cref="IMediaSource.WatchAsync"/>. Throws <see cref="ContentException"/> with ReadFailed when the folder does not exist, cannot
    /// be watched, or is removed later; its media are reported as gone before that.
    /// </summary>
    public async IAsyncEnumerable<MediaChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Watched first, listed then: what comes in between is seen twice, which is no harm, instead of never.
        using var watch = FolderWatch.Begin(_folder);
        var view = new View();
        foreach (var change in LookAtAll(view))
            yield return change;
        while (true)
        {
            var events = await NextAsync(watch, waitForever: view.BeingWritten.Count == 0, cancellationToken);
            if (events is { FolderGone: true })
            {
                foreach (var name in view.Present.Keys.ToList())
                    yield return Gone(view, name);
                throw new ContentException(Reasons.ReadFailed, $"The folder for media, {_folder}, was removed or unmounted: bring it back and start the agent again.");
            }
            var changes = events switch
            {
                null => view.BeingWritten.ToList().SelectMany(name => LookAt(view, name, left: false)),
                { Overflow: true } => LookAtAll(view),
                _ => events.Names.SelectMany(e => LookAt(view, e.Key, e.Value)),
            };
            foreach (var change in changes)
                yield return change;
        }
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
        // A file that is open stays; of a device that was taken out size or insertion are other ones.
        bool IsThere() => FileStatus.Of(handle) is { } now && (now.IsRegularFile || MediumProbe.Identify(handle, now) == found.Key);
        var bytes = new BundleBytes([new BundlePiece(0, found.Key.Size, medium.Name, new OpenedPart(handle, found.Key.Size, IsThere))], null);
        return ValueTask.FromResult<Stream>(new ReadAheadStream(bytes, new SpeedGauge(_time)));
    }

    /// <summary>What happened next; null when it is time to look again at files that are being written.</summary>
    private async ValueTask<FolderEvents?> NextAsync(FolderWatch watch, bool waitForever, CancellationToken cancellationToken)
    {
        if (watch.Events.TryRead(out var events))
            return events;
        if (waitForever)
            return await watch.Events.ReadAsync(cancellationToken);
        using var soon = new CancellationTokenSource(LookAgainAfter, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(soon.Token, cancellationToken);
        try
        {
            return await watch.Events.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private IEnumerable<MediaChange> LookAtAll(View view) =>
        Directory.EnumerateFileSystemEntries(_folder).Select(static path => Path.GetFileName(path)).Union(view.Present.Keys.ToList())
            .SelectMany(name => LookAt(view, name, left: false));

    private IEnumerable<MediaChange> LookAt(View view, string name, bool left)
    {
        var now = MediumProbe.Find(_folder, name, out var beingWritten);
        if (beingWritten)
            view.BeingWritten.Add(name);
        else
            view.BeingWritten.Remove(name);
        var before = view.Present.GetValueOrDefault(name);
        if (before is not null && (left || now?.Key != before.Key))
        {
            yield return Gone(view, name);
            before = null;
        }
        if (before is null && now is not null && !beingWritten)
        {
            view.Present[name] = now;
            _known[now.Medium.Id] = now;
            yield return new MediaChange(now.Medium, Present: true);
        }
    }

    private MediaChange Gone(View view, string name)
    {
        view.Present.Remove(name, out var found);
        _known.TryRemove(found!.Medium.Id, out _);
        return new MediaChange(found.Medium, Present: false);
    }

    /// <summary>What one watcher has been told, by name.</summary>
    private sealed class View
    {
        public SortedDictionary<string, FoundMedium> Present { get; } = new(StringComparer.Ordinal);

        public HashSet<string> BeingWritten { get; } = new(StringComparer.Ordinal);
    }
}
