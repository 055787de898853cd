using System.Security.Cryptography;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>Tells whether a blob's file still is what it was when it came in.</summary>
internal static class BlobCheck
{
    /// <summary>A sentence about the first chunk that is not right; null when all are.</summary>
    /// <remarks>What it has read does not stay in the page cache for its sake; <paramref name="read"/> is told how many bytes that were.</remarks>
    public static string? Damage(string path, InventoryBlob blob, CancellationToken cancellationToken, Action<long>? read = null)
    {
        IReadOnlyList<Digest> chunks = blob.Chunks.Count == 0 ? [blob.Digest] : blob.Chunks;
        var buffer = new byte[Math.Min(blob.Size, BlobSpec.ChunkSize)];
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(file) is var length && length != blob.Size)
                return $"Blob {blob.Digest} has {length} bytes on this node's disk instead of {blob.Size}.";
            _ = LibC.Advise((int)file.DangerousGetHandle(), 0, 0, LibC.AdviceSequential);
            for (var i = 0; i < chunks.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var start = i * (long)BlobSpec.ChunkSize;
                var chunk = buffer.AsSpan(0, (int)Math.Min(BlobSpec.ChunkSize, blob.Size - start));
                for (var (at, got) = (0, 1); at < chunk.Length && got > 0; at += got)
                    got = RandomAccess.Read(file, chunk[at..], start + at);
                if (Digest.FromHash(SHA256.HashData(chunk)) != chunks[i])
                    return $"Blob {blob.Digest} is damaged on this node's disk, within the {chunk.Length} bytes from byte {start} on.";
                _ = LibC.Advise((int)file.DangerousGetHandle(), start, chunk.Length, LibC.AdviceDontNeed);
                read?.Invoke(start + chunk.Length);
            }
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"Blob {blob.Digest} cannot be read from this node's disk: {e.Message.TrimEnd('.')}.";
        }
    }
}
