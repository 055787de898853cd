using Handcarry.Streams.Content;

namespace Handcarry.Streams.Replication;

/// <summary>
/// How fast bytes come while a holder has them: what a link can do, also when the holder itself is slower. A holder passes a blob on chunk by chunk as they are verified there; so
/// the time from the first bytes of a chunk to its last is the link's, and what lies between two chunks may be the holder's. May be used from any thread.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class LinkFlow(TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _flowing;
    private long _since;
    private TimeSpan _time;
    private long _bytes;

    /// <summary>Bytes that came within chunks so far, and for how long at least one chunk was coming.</summary>
    public (long Bytes, TimeSpan Time) Seen
    {
        get
        {
            lock (_gate)
                return (_bytes, _flowing > 0 ? _time + time.GetElapsedTime(_since) : _time);
        }
    }

    /// <summary>A part of a draw in which everything comes from one chunk; see <see cref="Came"/>.</summary>
    internal sealed class Chunk(LinkFlow flow) : IDisposable
    {
        private bool _flows;

        /// <summary>So many bytes of a blob are here now, <paramref name="read"/> of them since the last call; never across the bounds of a chunk.</summary>
        public void Came(int read, long position, bool last)
        {
            // When the first ones set out is not known, so they do not count.
            if (_flows)
                flow.Add(read);
            else
                flow.Begin();
            _flows = true;
            if (last || position % BlobSpec.ChunkSize == 0)
                Dispose();
        }

        public void Dispose()
        {
            if (_flows)
                flow.End();
            _flows = false;
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (_flowing++ == 0)
                _since = time.GetTimestamp();
        }
    }

    private void Add(int bytes)
    {
        lock (_gate)
            _bytes += bytes;
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_flowing == 0)
                _time += time.GetElapsedTime(_since);
        }
    }
}
