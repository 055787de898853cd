using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

/// <summary>A medium of which some bytes cannot be read, and those behind them can.</summary>
internal sealed class DamagedMedium(byte[] bytes, params (long Start, long End)[] holes) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => bytes.Length;
    public override long Position { get; set; }

    public long BytesRead { get; private set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        foreach (var (start, end) in holes)
        {
            if (Position >= start && Position < end)
                throw new ContentException(Reasons.ReadFailed, $"Bytes {Position} to {end} cannot be read.") { Offset = Position, Unreadable = end - Position };
            if (Position < start)
                count = (int)Math.Min(count, start - Position);
        }
        var read = (int)Math.Min(count, bytes.Length - Position);
        bytes.AsSpan((int)Position, read).CopyTo(buffer.AsSpan(offset));
        Position += read;
        BytesRead += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + (origin == SeekOrigin.Current ? Position : 0);
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush()
    {
    }
}
