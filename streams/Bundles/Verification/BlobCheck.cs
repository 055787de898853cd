using System.Security.Cryptography;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>Hashes one blob and its chunks while their bytes go by.</summary>
internal sealed class BlobCheck(InventoryBlob blob) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ChunkDigests? _chunks = blob.Chunks.Count > 0 ? new ChunkDigests(blob.Size) : null;
    private readonly HashSet<int> _unreadable = [];
    private long _done;

    /// <summary>Decompresses the blob if it is a layer.</summary>
    public LayerPipe? Layer { get; init; }

    /// <summary>Takes what comes next.</summary>
    /// <param name="bytes">The bytes; zeros where they could not be read.</param>
    /// <param name="read">Whether they could.</param>
    public void Append(ReadOnlySpan<byte> bytes, bool read)
    {
        _hash.AppendData(bytes);
        _chunks?.Append(bytes);
        for (var at = _done / BlobSpec.ChunkSize; !read && at * BlobSpec.ChunkSize < _done + bytes.Length; at++)
            _unreadable.Add((int)at);
        _done += bytes.Length;
    }

    /// <summary>Whether all could be read and is what its digest says; and the chunks that could be read and are not what theirs say.</summary>
    public (bool Holds, IReadOnlyList<int> WrongChunks) Complete() => (
        _unreadable.Count == 0 && Digest.FromHash(_hash.GetHashAndReset()) == blob.Digest,
        _chunks is null ? [] : [.. Enumerable.Range(0, blob.Chunks.Count).Where(i => !_unreadable.Contains(i) && _chunks.Digests[i] != blob.Chunks[i])]);

    public void Dispose()
    {
        _hash.Dispose();
        _chunks?.Dispose();
    }
}
