using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Twins.Node;

/// <summary>One forward read of an <see cref="InsertedMedium"/>.</summary>
internal sealed class InMemoryMediumStream(InsertedMedium medium, Func<MediumSpeed?> speed, Func<long, Task> gate, Action<int> count) : Stream, IMeasuredMedium
{
    // An odd number below every power of two a reader may ask for.
    private const int MostAtOnce = 65_521;

    private int _position;

    public MediumSpeed? Speed => speed();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("A medium need not tell its length.");

    public override long Position
    {
        get => throw new NotSupportedException("A medium is read forward only.");
        set => throw new NotSupportedException("A medium is read forward only.");
    }

    public override int Read(Span<byte> buffer)
    {
        if (medium.Removed)
            throw new ContentException(Reasons.ReadFailed, $"{medium.Medium.Name} was pulled out at byte {_position}. Insert it again.") { Offset = _position };
        var read = Math.Min(Math.Min(buffer.Length, MostAtOnce), medium.Content.Length - _position);
        medium.Content.AsSpan(_position, read).CopyTo(buffer);
        _position += read;
        count(read);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        await gate(_position).WaitAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return Read(buffer.Span);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A medium is read forward only.");

    public override void SetLength(long value) => throw new NotSupportedException("A medium is only read.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A medium is only read.");
}
