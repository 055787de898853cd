using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>
/// Reads a bundle in large pieces on a thread of its own, a few of them ahead, so that the medium never waits for whoever hashes and stores. At the beginning
/// and after a seek it reads what is asked for, then more and more: whoever passes over a bundle of which the node has a part reads little of that. After a place
/// that cannot be read the thread waits until somebody seeks. The bytes, and what they are on, are closed when the thread has ended: a read of a
/// medium that was pulled out may hang for half a minute, and closing the stream does not wait for it; closing it asynchronously does.
/// </summary>
internal sealed class ReadAheadStream : Stream, IMeasuredMedium
{
    private const int PieceSize = 1 << 20;
    private const int Pieces = 4;

    private const int FirstSize = 64 << 10;

    // A monitor: the thread waits on it for work.
    private readonly object _gate = new();
    private readonly BundleBytes _bytes;
    private readonly SpeedGauge _gauge;
    private readonly Queue<Piece> _ahead = new();
    private readonly Stack<Memory<byte>> _free = new(Enumerable.Range(0, Pieces).Select(static _ => DirectMemory.Allocate(PieceSize)));
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _arrival;
    private Piece? _current;
    private long _position;
    private long _next;
    private long _limit;
    private int _reach;
    private int _seeks;
    private bool _stopped;
    private bool _closed;

    /// <summary>Takes over the bytes.</summary>
    public ReadAheadStream(BundleBytes bytes, SpeedGauge gauge)
    {
        (_bytes, _gauge) = (bytes, gauge);
        new Thread(Run) { IsBackground = true, Name = "medium" }.Start();
    }

    public MediumSpeed? Speed => _gauge.Speed;

    public override bool CanRead => !_closed;

    public override bool CanSeek => !_closed;

    public override bool CanWrite => false;

    public override long Length => _bytes.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _position >= Length)
            return 0;
        while (true)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (Take() is not { } arrival)
                break;
            await arrival.WaitAsync(cancellationToken);
        }
        var piece = _current!;
        if (piece.Error is { } error)
            throw error;
        var from = (int)(_position - piece.Start);
        var count = Math.Min(buffer.Length, piece.Bytes.Length - from);
        piece.Bytes.Span.Slice(from, count).CopyTo(buffer.Span);
        _position += count;
        return count;
    }

    public override int Read(Span<byte> buffer)
    {
        var bytes = new byte[Math.Min(buffer.Length, PieceSize)];
        var read = ReadAsync(bytes).AsTask().GetAwaiter().GetResult();
        bytes.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("A medium is only read.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A medium is only read.");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _ended.Task;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                _closed = true;
                Arrived();
                Monitor.PulseAll(_gate);
            }
        }
        base.Dispose(disposing);
    }

    /// <summary>Makes the piece at the position the current one; or tells what to wait for.</summary>
    private Task? Take()
    {
        lock (_gate)
        {
            while (_current is null || !_current.Holds(_position))
            {
                if (_current is { } done)
                    GiveBack(done);
                if (_ahead.TryDequeue(out _current))
                {
                    ReadOn(_current);
                    continue;
                }
                // Nothing on its way will hold it: it lies before, or behind more than is worth reading over.
                if (_stopped || _position < _next || _position >= _next + PieceSize)
                {
                    (_next, _stopped, _limit, _reach) = (_position, false, 0, 0);
                    _seeks++;
                }
                _limit = Math.Max(_limit, _next + 1);
                Monitor.PulseAll(_gate);
                _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _arrival.Task;
            }
            return null;
        }
    }

    // Behind a first piece nothing before it is asked for, then twice as much each time.
    private void ReadOn(Piece piece)
    {
        _limit = piece.Start + piece.Bytes.Length + _reach;
        _reach = Math.Clamp(_reach * 2, FirstSize, Pieces * PieceSize);
        Monitor.PulseAll(_gate);
    }

    private void GiveBack(Piece piece)
    {
        _current = null;
        _free.Push(piece.Buffer);
        Monitor.PulseAll(_gate);
    }

    private void Arrived()
    {
        _arrival?.TrySetResult();
        _arrival = null;
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                Memory<byte> buffer;
                long next;
                int seeks;
                int size;
                lock (_gate)
                {
                    while (!_closed && (_stopped || _next >= Math.Min(_limit, Length) || _free.Count == 0))
                        Monitor.Wait(_gate);
                    if (_closed)
                        return;
                    (next, seeks, buffer) = (_next, _seeks, _free.Pop());
                    size = Math.Clamp(_reach, FirstSize, PieceSize);
                }
                var piece = Next(buffer, size, next);
                lock (_gate)
                {
                    if (seeks != _seeks)
                    {
                        _free.Push(buffer);
                        continue;
                    }
                    _ahead.Enqueue(piece);
                    _next += piece.Bytes.Length;
                    _stopped = piece.Error is not null;
                    Arrived();
                }
            }
        }
        finally
        {
            _bytes.Dispose();
            _ended.SetResult();
        }
    }

    private Piece Next(Memory<byte> buffer, int size, long offset)
    {
        try
        {
            var start = _gauge.Start();
            var bytes = _bytes.Read(buffer[..size], offset);
            _gauge.Add(start, bytes.Length, offset + bytes.Length);
            return new Piece(buffer, offset, bytes, null);
        }
        catch (Exception e)
        {
            return new Piece(buffer, offset, default, e as ContentException ?? new ContentException(Reasons.ReadFailed, $"The medium cannot be read at byte {offset}: {e.Message}", e) { Offset = offset });
        }
    }

    private sealed record Piece(Memory<byte> Buffer, long Start, ReadOnlyMemory<byte> Bytes, ContentException? Error)
    {
        /// <summary>Whether it has something to say of <paramref name="position"/>.</summary>
        public bool Holds(long position) => Error is not null ? position == Start : position >= Start && position < Start + Bytes.Length;
    }
}
