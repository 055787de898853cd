using System.Security.Cryptography;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>Digests of the 4 MiB chunks of a blob of <paramref name="size"/> bytes, which come in pieces of any length.</summary>
internal sealed class ChunkDigests(long size) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<Digest> _digests = [];
    private long _position;

    /// <summary>How many the blob has: none when it is not larger than one chunk.</summary>
    public int Count { get; } = BlobSpec.ChunkCount(size);

    /// <summary>The digests; all of them once all bytes have come.</summary>
    public IReadOnlyList<Digest> Digests => _digests;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = BlobSpec.ChunkSize - (int)(_position % BlobSpec.ChunkSize);
            var piece = bytes[..Math.Min(bytes.Length, room)];
            _hash.AppendData(piece);
            _position += piece.Length;
            if (piece.Length == room || _position == size)
                _digests.Add(Digest.FromHash(_hash.GetHashAndReset()));
            bytes = bytes[piece.Length..];
        }
    }

    public void Dispose() => _hash.Dispose();
}
