using System.Buffers;
using System.Security.Cryptography;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// SHA-256 of a stream that one thread puts together, in pieces of 1 MiB. While one of the cores is free another thread hashes what is already there; otherwise the
/// first does it itself, so it never waits for a thread that nobody has.
/// </summary>
/// <param name="cores">Cores that may be taken, beside the one of the caller.</param>
internal sealed class StreamHash(SemaphoreSlim cores) : IDisposable
{
    private const int BufferSize = 1 << 20;

    // One being filled, one being hashed, one in between.
    private const int MaxBuffers = 3;

    // The library's own pool keeps one buffer for each thread; the proof needs some for each layer in work.
    private static readonly ArrayPool<byte> Buffers = ArrayPool<byte>.Create(BufferSize, 16);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _hashed = new(0);
    private readonly Queue<(byte[] Buffer, int Length)> _full = [];
    private readonly Stack<byte[]> _free = [];
    private byte[]? _buffer;
    private int _filled, _rented;
    private bool _hashing, _helped;

    /// <summary>Room for what comes next, never empty.</summary>
    public Span<byte> Room
    {
        get
        {
            if (_buffer is not null && _filled == _buffer.Length)
                Hand();
            _buffer ??= Take();
            return _buffer.AsSpan(_filled);
        }
    }

    /// <summary>Says how much of <see cref="Room"/> was filled.</summary>
    public void Advance(int count) => _filled += count;

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = Room;
            var taken = Math.Min(room.Length, bytes.Length);
            bytes[..taken].CopyTo(room);
            Advance(taken);
            bytes = bytes[taken..];
        }
    }

    /// <summary>The digest of all that was added; nothing may be added any more.</summary>
    public Digest Finish()
    {
        Hand();
        Settle();
        return Digest.FromHash(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        Settle();
        foreach (var buffer in _buffer is null ? _free : _free.Append(_buffer))
            Buffers.Return(buffer);
        _hash.Dispose();
    }

    private byte[] Take()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_free.TryPop(out var free))
                    return free;
                if (_rented < MaxBuffers)
                {
                    _rented++;
                    return Buffers.Rent(BufferSize);
                }
            }
            HashOrWait();
        }
    }

    private void Hand()
    {
        if (_buffer is null)
            return;
        bool help;
        lock (_gate)
        {
            _full.Enqueue((_buffer, _filled));
            (_buffer, _filled) = (null, 0);
            help = !_helped && cores.Wait(0);
            _helped |= help;
            if (!help && _helped)
                return;
        }
        if (help)
            _ = Task.Factory.StartNew(Help, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current);
        else
            HashOne();
    }

    private void Help()
    {
        while (true)
        {
            if (HashOne())
                continue;
            lock (_gate)
            {
                // More may have come since; while the caller hashes, it goes on itself.
                if (_full.Count > 0 && !_hashing)
                    continue;
                _helped = false;
                cores.Release();
                return;
            }
        }
    }

    /// <summary>Everything that was handed over is hashed. A helper may still come, and finds nothing to do.</summary>
    private void Settle()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_full.Count == 0 && !_hashing)
                    return;
            }
            HashOrWait();
        }
    }

    private void HashOrWait()
    {
        if (!HashOne())
            _hashed.Wait();
    }

    /// <summary>Hashes the next piece; false when there is none, or another thread is at it.</summary>
    private bool HashOne()
    {
        (byte[] Buffer, int Length) piece;
        lock (_gate)
        {
            if (_hashing || !_full.TryDequeue(out piece))
                return false;
            _hashing = true;
        }
        _hash.AppendData(piece.Buffer, 0, piece.Length);
        lock (_gate)
        {
            _hashing = false;
            _free.Push(piece.Buffer);
        }
        _hashed.Release();
        return true;
    }
}
