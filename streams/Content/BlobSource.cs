using Microsoft.Win32.SafeHandles;

namespace Handcarry.Streams.Content;

/// <summary>
/// A blob open for reading, complete or still growing. It reads the same bytes to the end even if the blob is deleted meanwhile.
/// Several threads may read at different offsets at once.
/// </summary>
public sealed class BlobSource : IDisposable
{
    private readonly Digest _digest;
    private readonly SafeFileHandle _file;
    private readonly Watermark _watermark;

    internal BlobSource(Digest digest, SafeFileHandle file, long size, Watermark watermark)
    {
        _digest = digest;
        _file = file;
        Size = size;
        _watermark = watermark;
    }

    /// <summary>Length of the whole blob in bytes, whether or not all of it is here.</summary>
    public long Size { get; }

    /// <summary>Bytes from the start that are verified and may be read; equals <see cref="Size"/> when the blob is complete.</summary>
    public long Verified => _watermark.Verified;

    /// <summary>
    /// Waits until more than <paramref name="offset"/> bytes are verified, and returns how many are. With <paramref name="offset"/> at the
    /// end there is nothing to wait for: returns <see cref="Size"/>.
    /// </summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.ReadFailed"/>: whoever brought the blob gave up before that; open it again to follow the next attempt.
    /// </exception>
    public ValueTask<long> WaitBeyondAsync(long offset, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Size);
        return offset == Size ? new ValueTask<long>(Size) : _watermark.WaitBeyondAsync(_digest, offset, ct);
    }

    /// <summary>
    /// Reads verified bytes from <paramref name="offset"/> on, at most as many as fit; 0 when nothing is verified there yet, or at the end.
    /// </summary>
    /// <exception cref="ContentException"><see cref="Reasons.ReadFailed"/>: the file could not be read, or has become shorter.</exception>
    public int Read(Span<byte> destination, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var count = (int)Math.Min(destination.Length, Math.Max(0, Verified - offset));
        if (count == 0)
            return 0;
        try
        {
            var read = RandomAccess.Read(_file, destination[..count], offset);
            return read > 0 ? read : throw Failed(offset, "the file is shorter than it was", null);
        }
        catch (IOException e)
        {
            throw Failed(offset, e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private ContentException Failed(long offset, string why, Exception? inner) =>
        new(Reasons.ReadFailed, $"Cannot read blob {_digest} at byte {offset}: {why}. Check the disk that holds the blobs.", inner)
        {
            Digest = _digest,
            Offset = offset,
        };
}
