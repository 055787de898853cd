namespace Handcarry.Streams.Registry;

/// <summary>What this process has moved since it started. Written from many transfers at once, read at any time for status and metrics.</summary>
public sealed class TransferCounters
{
    private long _bytesSent;
    private long _bytesDrawn;
    private long _blobsDrawn;
    private long _rejected;

    /// <summary>Bytes of blobs served to peers and to the node's own runtime; headers and TLS are not counted.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Bytes of blobs received from holders, those of failed and repeated draws included.</summary>
    public long BytesDrawn => Interlocked.Read(ref _bytesDrawn);

    /// <summary>Blobs that were drawn to their end and verified.</summary>
    public long BlobsDrawn => Interlocked.Read(ref _blobsDrawn);

    /// <summary>Draws whose bytes were not those of the digest (reason <c>DigestMismatch</c> or <c>SizeMismatch</c>).</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Counts <paramref name="bytes"/> served.</summary>
    public void Sent(long bytes) => Interlocked.Add(ref _bytesSent, bytes);

    /// <summary>Counts <paramref name="bytes"/> received.</summary>
    public void Drew(long bytes) => Interlocked.Add(ref _bytesDrawn, bytes);

    /// <summary>Counts one blob drawn to its end.</summary>
    public void Completed() => Interlocked.Increment(ref _blobsDrawn);

    /// <summary>Counts one draw refused for its bytes.</summary>
    public void Refused() => Interlocked.Increment(ref _rejected);
}
