using System.Collections.Concurrent;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry;

/// <summary>
/// The blobs that peers are pushing now: one file each until its digest is known and right, then it goes into the store. What a crash leaves is removed at the next start;
/// a session that nobody goes on with for <see cref="UploadOptions.Idle"/> ends. May be used from several threads.
/// </summary>
public sealed class RegistryUploads : IDisposable
{
    private readonly UploadOptions _options;
    private readonly TimeProvider _time;
    private readonly string _folder;
    private readonly ConcurrentDictionary<string, UploadSession> _sessions = new(StringComparer.Ordinal);
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private long _bytes;

    private RegistryUploads(string folder, UploadOptions options, PushedManifests pushed, TimeProvider time)
    {
        (_folder, _options, Pushed, _time) = (folder, options, pushed, time);
        _timer = time.CreateTimer(_ => EndIdle(), null, options.Idle, options.Idle / 2);
    }

    /// <summary>Sessions that are open.</summary>
    public int Count => _sessions.Count;

    internal PushedManifests Pushed { get; }

    /// <summary>Opens the place for uploads in a folder, and serves what was pushed before.</summary>
    /// <param name="folder">A folder of its own; what is in it from before is removed but for the list of what was pushed.</param>
    /// <param name="index">Told of what is pushed.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">The clock of <see cref="UploadOptions.Idle"/>.</param>
    /// <exception cref="ContentException"><see cref="Reasons.ReadFailed"/>: the list of what was pushed cannot be read.</exception>
    /// <exception cref="IOException">The folder cannot be made or cleared.</exception>
    public static RegistryUploads Open(string folder, RegistryIndex index, UploadOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var sessions = Path.Combine(folder, "sessions");
        if (Directory.Exists(sessions))
            Directory.Delete(sessions, recursive: true);
        Directory.CreateDirectory(sessions);
        return new RegistryUploads(sessions, options, new PushedManifests(Path.Combine(folder, "pushed.json"), index), time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        foreach (var session in _sessions.Values)
            End(session);
    }

    /// <summary>Begins a session.</summary>
    /// <exception cref="RegistryException">There are too many.</exception>
    internal UploadSession Begin(string repository)
    {
        lock (_gate)
        {
            if (_sessions.Count >= _options.MostSessions)
                throw new RegistryException(429, OciError.TooManyRequests, $"{_options.MostSessions} uploads are open on this node; try again when one of them has ended.");
            var id = Guid.NewGuid().ToString("n");
            var session = new UploadSession(id, repository, Path.Combine(_folder, id), this) { LastUsed = _time.GetUtcNow() };
            _sessions[id] = session;
            return session;
        }
    }

    /// <summary>Takes a session for the time of one request.</summary>
    /// <exception cref="RegistryException">There is none, or another request uses it.</exception>
    internal UploadSession Take(string repository, string id)
    {
        if (!_sessions.TryGetValue(id, out var session) || session.Repository != repository)
            throw new RegistryException(404, OciError.BlobUploadUnknown, "There is no such upload; begin another.");
        if (!session.TryEnter())
            throw new RegistryException(409, OciError.BlobUploadInvalid, "Another request is at this upload.");
        return session;
    }

    /// <summary>Gives a session back.</summary>
    internal void Leave(UploadSession session)
    {
        session.LastUsed = _time.GetUtcNow();
        session.Exit();
    }

    /// <summary>Ends a session; what came by it is gone.</summary>
    internal void End(UploadSession session)
    {
        if (_sessions.TryRemove(session.Id, out _))
        {
            Interlocked.Add(ref _bytes, -session.Offset);
            session.Dispose();
        }
    }

    /// <summary>Counts bytes before they are written.</summary>
    /// <exception cref="RegistryException">All uploads together would be too large.</exception>
    internal void Reserve(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= _options.MostBytes)
            return;
        Interlocked.Add(ref _bytes, -bytes);
        throw new RegistryException(413, OciError.SizeInvalid, $"All uploads to this node together may have {_options.MostBytes} bytes.");
    }

    private void EndIdle()
    {
        var before = _time.GetUtcNow() - _options.Idle;
        foreach (var session in _sessions.Values.Where(session => session.LastUsed <= before))
        {
            if (session.TryEnter())
                End(session);
        }
    }
}
