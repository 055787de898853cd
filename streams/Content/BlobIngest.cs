using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Streams.Content;

/// <summary>
/// One blob on its way in: bytes are appended in order from <see cref="Verified"/> on, hashed while they are written, and become the
/// blob with <see cref="CompleteAsync"/>. Disposing before that keeps the verified chunks for a later
/// <see cref="BlobStore.BeginAsync"/> and nothing else. For one caller at a time.
/// </summary>
public sealed class BlobIngest : IAsyncDisposable
{
    // Write-back is started each 8 MiB, so that the fsync at the end finds little left (reference/akka.md section 4).
    private const long WriteBack = 8 << 20;

    private readonly BlobStore _store;
    private readonly Growth _growth;
    private readonly SafeFileHandle _file;
    private readonly bool _chunked;
    private readonly KeptChunks _kept;
    private readonly IncrementalHash _chunk = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _position;
    private long _writtenBack;
    private bool _wholeLost;
    private bool _sealed;
    private bool _disposed;

    // Behind chunks that are missing: the hash over the whole has to wait for them.
    private bool Apart => _chunked && _position - (_position % BlobSpec.ChunkSize) > Verified;

    private BlobIngest(BlobStore store, Growth growth, SafeFileHandle file)
    {
        _store = store;
        _growth = growth;
        _file = file;
        _chunked = growth.Spec.Chunks.Count > 0;
        _kept = new KeptChunks(growth.Spec.Size);
    }

    /// <summary>The blob as announced.</summary>
    public BlobSpec Spec => _growth.Spec;

    /// <summary>
    /// Where to go on after <see cref="BlobStore.BeginAsync"/> or after a mismatch: bytes already verified and kept. A multiple of the chunk
    /// size, or the whole size, for a blob with chunk digests; else 0.
    /// </summary>
    public long Verified => _growth.Watermark.Verified;

    /// <summary>
    /// The next stretch that is wanted: passes over chunks behind the position that are here from an earlier ingest, and returns where appending goes on and
    /// where the next of those begins. Whoever does not ask may append all bytes from <see cref="Verified"/> on.
    /// </summary>
    /// <exception cref="ContentException"><see cref="Reasons.ReadFailed"/>.</exception>
    public (long Start, long End) NextMissing()
    {
        var end = _kept.EndOfRun(_position);
        if (end > _position)
            PassOver(end);
        return (_position, _kept.NextAfter(_position));
    }

    /// <summary>
    /// Goes on behind bytes up to <paramref name="end"/> that cannot be had: returns where, the next chunk or the end of the blob. What is appended
    /// there is kept chunk by chunk for a later ingest; this one cannot be completed any more.
    /// </summary>
    public long LeaveOut(long end)
    {
        _ = HashOf(_chunk);
        _wholeLost = true;
        return _position = _chunked ? Math.Min((end + BlobSpec.ChunkSize - 1) / BlobSpec.ChunkSize * BlobSpec.ChunkSize, Spec.Size) : Spec.Size;
    }

    /// <summary>
    /// Appends bytes. Each chunk is verified as soon as it is full; <see cref="Verified"/> and the readers of the growing blob then advance.
    /// </summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.DigestMismatch"/> (Offset: where the wrong chunk starts) or <see cref="Reasons.SizeMismatch"/>: everything after
    /// <see cref="Verified"/> was dropped; appending may go on from there. <see cref="Reasons.NoSpace"/>, <see cref="Reasons.WriteFailed"/>.
    /// </exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_sealed)
            throw new InvalidOperationException("The blob is complete.");
        if (bytes.Length > Spec.Size - _position)
        {
            Drop();
            throw Wrong(Reasons.SizeMismatch, Spec.Size, $"is longer than the {Spec.Size} bytes announced");
        }
        if (_wholeLost && !Apart)
            RebuildWhole();
        while (!bytes.IsEmpty)
        {
            var room = BlobSpec.ChunkSize - (int)(_position % BlobSpec.ChunkSize);
            var piece = bytes[..Math.Min(bytes.Length, room)];
            _kept.Remove(_position);
            Write(piece);
            if (!_wholeLost)
                _whole.AppendData(piece);
            if (_chunked)
                _chunk.AppendData(piece);
            _position += piece.Length;
            if (_chunked && (piece.Length == room || _position == Spec.Size))
                EndChunk();
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>
    /// Checks length and digest of the whole, makes it durable and gives it its name. From then on the store has the blob.
    /// </summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.SizeMismatch"/> when bytes are missing; <see cref="Reasons.DigestMismatch"/>: nothing of it was kept.
    /// <see cref="Reasons.NoSpace"/>, <see cref="Reasons.WriteFailed"/>.
    /// </exception>
    public async ValueTask CompleteAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ct.ThrowIfCancellationRequested();
        if (_sealed)
            throw new InvalidOperationException("The blob is complete.");
        var here = _chunked ? Verified : _position;
        if (here != Spec.Size)
            throw Wrong(Reasons.SizeMismatch, here, $"ended after {here} of {Spec.Size} bytes");
        if (_wholeLost)
            RebuildWhole();
        _wholeLost = true;
        if (HashOf(_whole) != Spec.Digest)
        {
            // The chunk digests, if any, were those of another blob: what they vouched for is worth nothing.
            _growth.Watermark.Revoke($"The bytes of blob {Spec.Digest} were not those of that blob.");
            Drop();
            throw Wrong(Reasons.DigestMismatch, 0, "has other bytes than its digest says");
        }
        try
        {
            await Task.Run(() => RandomAccess.FlushToDisk(_file), CancellationToken.None);
            _sealed = true;
            await _store.PublishAsync(_growth);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Translate(e, _store.Folder, Spec, 0);
        }
    }

    /// <summary>
    /// Without <see cref="CompleteAsync"/> before: keeps the chunks that are right, drops the rest, and fails readers that wait for more with
    /// <see cref="Reasons.ReadFailed"/>.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        if (_disposed)
            return ValueTask.CompletedTask;
        _disposed = true;
        try
        {
            // Once renamed the file is the blob and must not be cut.
            if (!_sealed)
                KeepVerified();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What could not be cut off is found out by hashing at the next BeginAsync.
        }
        finally
        {
            _file.Dispose();
            _chunk.Dispose();
            _whole.Dispose();
            _store.Release(_growth, $"Whoever brought blob {Spec.Digest} stopped after {Verified} of {Spec.Size} bytes.");
        }
        return ValueTask.CompletedTask;
    }

    internal static BlobIngest Open(BlobStore store, Growth growth, CancellationToken ct)
    {
        var spec = growth.Spec;
        try
        {
            if (spec.Chunks.Count > 0 && File.Exists(growth.Path))
            {
                var left = File.OpenHandle(growth.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                var resumed = new BlobIngest(store, growth, left);
                resumed.Resume(ct);
                resumed.SetAside();
                return resumed;
            }
            // Preallocation is six times as fast for large files and finds out now that there is no room; small ones gain nothing.
            var reserve = spec.Size > BlobSpec.ChunkSize ? spec.Size : 0;
            var file = File.OpenHandle(
                growth.Path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.None, reserve);
            return new BlobIngest(store, growth, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Translate(e, store.Folder, spec, spec.Size);
        }
    }

    private void Resume(CancellationToken ct)
    {
        var length = Math.Min(RandomAccess.GetLength(_file), Spec.Size);
        var buffer = TransferBuffers.Pool.Rent(256 << 10);
        try
        {
            long verified = 0;
            for (var i = 0; i < Spec.Chunks.Count; i++)
            {
                ct.ThrowIfCancellationRequested();
                var end = Math.Min(verified + BlobSpec.ChunkSize, Spec.Size);
                if (end > length || !Feed(_chunk, verified, end, buffer) || HashOf(_chunk) != Spec.Chunks[i])
                    break;
                verified = end;
            }
            _growth.Watermark.Advance(verified);
            _writtenBack = verified;
            KeepChunksBehind(verified, length, buffer, ct);
            Drop();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
        finally
        {
            TransferBuffers.Pool.Return(buffer);
        }
    }

    // What was kept has lost the space behind it. A file system that cannot set space aside says so by other errors, and is written to all the same.
    private void SetAside()
    {
        var error = Spec.Size > BlobSpec.ChunkSize ? Posix.Allocate(_file, Spec.Size) : 0;
        if (error is not (Posix.NoSpace or Posix.QuotaExceeded))
            return;
        RandomAccess.SetLength(_file, Math.Max(Verified, _kept.End));
        _file.Dispose();
        throw new IOException("No space left on device", error);
    }

    // The first missing one is not looked at: it is not right. A chunk that begins with zeros was set aside and never written, as a rule.
    private void KeepChunksBehind(long missing, long length, byte[] buffer, CancellationToken ct)
    {
        var start = missing + BlobSpec.ChunkSize;
        for (var i = (int)(start / BlobSpec.ChunkSize); i < Spec.Chunks.Count; i++, start += BlobSpec.ChunkSize)
        {
            ct.ThrowIfCancellationRequested();
            var end = Math.Min(start + BlobSpec.ChunkSize, Spec.Size);
            if (end > length)
                return;
            var first = RandomAccess.Read(_file, buffer.AsSpan(0, 4096), start);
            if (buffer.AsSpan(0, first).ContainsAnyExcept((byte)0) && Feed(_chunk, start, end, buffer) && HashOf(_chunk) == Spec.Chunks[i])
                _kept.Add(start);
        }
    }

    private void PassOver(long end)
    {
        if (!Apart)
        {
            if (!_wholeLost)
                FeedWhole(_position, end);
            _growth.Watermark.Advance(end);
            _kept.RemoveBefore(end);
        }
        _position = end;
    }

    private void EndChunk()
    {
        var start = (_position - 1) / BlobSpec.ChunkSize * BlobSpec.ChunkSize;
        if (HashOf(_chunk) == Spec.Chunks[(int)(start / BlobSpec.ChunkSize)])
        {
            if (start == Verified)
                _growth.Watermark.Advance(_position);
            else
                _kept.Add(start);
            return;
        }
        var end = _position;
        Drop();
        throw Wrong(Reasons.DigestMismatch, start, $"has other bytes between {start} and {end} than announced");
    }

    private void Write(ReadOnlySpan<byte> piece)
    {
        try
        {
            RandomAccess.Write(_file, piece, _position);
        }
        catch (IOException e)
        {
            var missing = Spec.Size - _position;
            Drop();
            throw StoreErrors.Translate(e, _store.Folder, Spec, missing);
        }
        if (_position + piece.Length - _writtenBack >= WriteBack)
        {
            Posix.StartWriteBack(_file, _writtenBack, WriteBack);
            _writtenBack += WriteBack;
        }
    }

    // Back to what is verified. The hash over the whole has seen bytes that are gone; it is made anew when bytes come again.
    private void Drop()
    {
        _position = Verified;
        _writtenBack = Math.Min(_writtenBack, _position);
        _ = HashOf(_chunk);
        _wholeLost = true;
        RandomAccess.SetLength(_file, Math.Max(_position, _kept.End));
    }

    private void RebuildWhole()
    {
        _ = HashOf(_whole);
        FeedWhole(0, _position);
        _wholeLost = false;
    }

    private void FeedWhole(long from, long to)
    {
        var buffer = TransferBuffers.Pool.Rent(256 << 10);
        try
        {
            if (!Feed(_whole, from, to, buffer))
                throw new ContentException(Reasons.ReadFailed, $"The partial file of blob {Spec.Digest} became shorter.") { Digest = Spec.Digest };
        }
        finally
        {
            TransferBuffers.Pool.Return(buffer);
        }
    }

    private bool Feed(IncrementalHash hash, long from, long to, byte[] buffer)
    {
        while (from < to)
        {
            var read = RandomAccess.Read(_file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - from)), from);
            if (read == 0)
                return false;
            hash.AppendData(buffer, 0, read);
            from += read;
        }
        return true;
    }

    private void KeepVerified()
    {
        var kept = Math.Max(Verified, _kept.End);
        if (kept == 0)
            File.Delete(_growth.Path);
        else
            RandomAccess.SetLength(_file, kept);
    }

    private static Digest HashOf(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return Digest.FromHash(bytes);
    }

    private ContentException Wrong(string reason, long offset, string what) =>
        new(reason, $"Blob {Spec.Digest} {what}. The wrong part was dropped; fetch it again, from another source if this repeats.")
        {
            Digest = Spec.Digest,
            Offset = offset,
        };
}
