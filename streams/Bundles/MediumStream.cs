using System.Buffers;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>One forward pass over a medium: counts, and turns an early end or a failing device into ReadFailed with its place.</summary>
internal sealed class MediumStream(Stream stream)
{
    private const int SkipBuffer = 1 << 18;

    private long _bytesRead;

    /// <summary>Where the next byte comes from, in bytes from where the stream was given.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes really read. Other threads may ask.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Whether reading can go on behind a place that cannot be read, of which <paramref name="failure"/> tells.</summary>
    public bool CanPass(ContentException failure) => failure.Unreadable is not null && stream.CanSeek;

    /// <summary>Reads at least one byte; the end of the medium is an error, since it never belongs where something is read.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, string what, CancellationToken ct)
    {
        if (buffer.IsEmpty)
            return 0;
        int read;
        try
        {
            read = await stream.ReadAsync(buffer, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw Failed($"The medium cannot be read at byte {Position}, in {what}: {e.Message.TrimEnd('.')}. Try another port or medium.", e);
        }
        if (read == 0)
            throw Failed($"The medium ends at byte {Position}, in the middle of {what}. The copy is incomplete; write the bundle again.", null);
        Position += read;
        Interlocked.Add(ref _bytesRead, read);
        return read;
    }

    public async ValueTask ReadExactlyAsync(Memory<byte> buffer, string what, CancellationToken ct)
    {
        while (!buffer.IsEmpty)
            buffer = buffer[await ReadAsync(buffer, what, ct)..];
    }

    /// <summary>Goes forward: by seeking where the medium can, else by reading away.</summary>
    public async ValueTask SkipAsync(long bytes, string what, CancellationToken ct)
    {
        if (bytes == 0)
            return;
        if (stream.CanSeek)
        {
            try
            {
                stream.Seek(bytes, SeekOrigin.Current);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                throw Failed($"The medium cannot be read after byte {Position}, in {what}: {e.Message.TrimEnd('.')}. Try another port or medium.", e);
            }
            Position += bytes;
            return;
        }
        var buffer = TransferBuffers.Pool.Rent((int)Math.Min(bytes, SkipBuffer));
        try
        {
            while (bytes > 0)
                bytes -= await ReadAsync(buffer.AsMemory(0, (int)Math.Min(bytes, buffer.Length)), what, ct);
        }
        finally
        {
            TransferBuffers.Pool.Return(buffer);
        }
    }

    private ContentException Failed(string message, Exception? inner) => new(Reasons.ReadFailed, message, inner) { Offset = Position };
}
