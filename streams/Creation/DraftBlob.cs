using System.Security.Cryptography;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Creation;

/// <summary>A blob on its way to its place in a draft: written and hashed as it comes, its chunks journaled.</summary>
internal sealed class DraftBlob : IBlobTarget, IDisposable
{
    private readonly BundleDraft _draft;
    private readonly int _index;
    private readonly Descriptor _blob;
    private readonly IncrementalHash _whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private ChunkDigests _chunks;

    public DraftBlob(BundleDraft draft, int index)
    {
        _draft = draft;
        _index = index;
        _blob = draft.Layout.Plan.Blobs[index];
        _chunks = new ChunkDigests(_blob.Size);
        Resume();
    }

    public long Position { get; private set; }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (bytes.Length > _blob.Size - Position)
            throw new ContentException(Reasons.SizeMismatch, $"Blob {_blob.Digest} is longer than its {_blob.Size} bytes.") { Digest = _blob.Digest };
        var rest = bytes.Span;
        while (!rest.IsEmpty)
        {
            var piece = rest[..(int)Math.Min(rest.Length, BlobSpec.ChunkSize - Position % BlobSpec.ChunkSize)];
            _draft.File.Write(piece, _draft.Layout.OffsetOf(_index) + Position);
            _whole.AppendData(piece);
            Position += piece.Length;
            if (_chunks.Count > 0)
                Chunk(piece);
            rest = rest[piece.Length..];
        }
        _draft.Progress?.Invoke(bytes.Length);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> CompleteAsync(CancellationToken ct)
    {
        if (Position == _blob.Size && Digest.FromHash(_whole.GetHashAndReset()) == _blob.Digest)
        {
            _draft.Journal.Stored(_index);
            return ValueTask.FromResult(true);
        }
        _draft.Progress?.Invoke(-Position);
        _draft.Journal.Lost(_index, 0);
        _whole.GetHashAndReset();
        _chunks.Dispose();
        _chunks = new ChunkDigests(_blob.Size);
        Position = 0;
        return ValueTask.FromResult(false);
    }

    public void Dispose()
    {
        _whole.Dispose();
        _chunks.Dispose();
    }

    private void Chunk(ReadOnlySpan<byte> piece)
    {
        var before = _chunks.Digests.Count;
        _chunks.Append(piece);
        if (_chunks.Digests.Count == before)
            return;
        _draft.Journal.Chunk(_index, _chunks.Digests[^1]);
        // Early, so that the sync at the end has little left to do.
        var start = (long)before * BlobSpec.ChunkSize;
        _draft.File.StartWriteBack(_draft.Layout.OffsetOf(_index) + start, Position - start);
    }

    // Goes on after the chunks of an earlier run, as far as they are still what they were.
    private void Resume()
    {
        var known = _draft.Journal.Of(_index).Chunks;
        if (known.Count == 0)
            return;
        var buffer = TransferBuffers.Pool.Rent(1 << 20);
        try
        {
            using var stream = _draft.OpenRead(_index);
            var expected = known.ToArray();
            for (var k = 0; k < expected.Length; k++)
            {
                if (!IsChunk(stream, buffer, k, expected[k]))
                {
                    _draft.Journal.Lost(_index, k);
                    break;
                }
                Again(stream, buffer, k);
            }
        }
        finally
        {
            TransferBuffers.Pool.Return(buffer);
        }
    }

    private bool IsChunk(Stream stream, byte[] buffer, int chunk, Digest expected)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Read(stream, buffer, chunk, hash.AppendData);
        return Digest.FromHash(hash.GetHashAndReset()) == expected;
    }

    // A second time, from memory: the hash of the whole must not see a chunk that turns out wrong.
    private void Again(Stream stream, byte[] buffer, int chunk)
    {
        Read(stream, buffer, chunk, piece =>
        {
            _whole.AppendData(piece);
            _chunks.Append(piece);
            Position += piece.Length;
        });
    }

    private void Read(Stream stream, byte[] buffer, int chunk, SpanAction take)
    {
        stream.Position = (long)chunk * BlobSpec.ChunkSize;
        for (var left = Math.Min(BlobSpec.ChunkSize, _blob.Size - stream.Position); left > 0;)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0)
                return;
            take(buffer.AsSpan(0, read));
            left -= read;
        }
    }

    private delegate void SpanAction(ReadOnlySpan<byte> piece);
}
