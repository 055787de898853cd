using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media;

/// <summary>
/// Reads a medium. What was read is dropped from the page cache behind the reader: a bundle is larger than memory and read once.
/// A medium that fails or ends early: <see cref="ContentException"/> with ReadFailed and the offset. On a raw device an early end is what the kernel reports
/// of a stick that was pulled (reference/devices.md section 4).
/// </summary>
internal sealed class MediumStream : Stream
{
    private const long DropStep = 8 << 20;

    private readonly SafeFileHandle _handle;
    private readonly long _length;
    private readonly string _name;
    private long _position;
    private long _dropped;

    public MediumStream(SafeFileHandle handle, long length, string name)
    {
        _handle = handle;
        _length = length;
        _name = name;
        _ = LibC.Advise((int)handle.DangerousGetHandle(), 0, 0, LibC.AdviceSequential);
    }

    public override bool CanRead => !_handle.IsClosed;

    public override bool CanSeek => !_handle.IsClosed;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
            _dropped = Math.Min(_dropped, value);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var room = Room(buffer.Length);
        if (room == 0)
            return 0;
        int read;
        try
        {
            read = RandomAccess.Read(_handle, buffer[..room], _position);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
        return Advance(read);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var room = Room(buffer.Length);
        if (room == 0)
            return 0;
        int read;
        try
        {
            read = await RandomAccess.ReadAsync(_handle, buffer[..room], _position, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
        return Advance(read);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => _length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("A medium is only read.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A medium is only read.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _handle.Dispose();
        base.Dispose(disposing);
    }

    private int Room(int wanted) => (int)Math.Min(wanted, Math.Max(0, _length - _position));

    private int Advance(int read)
    {
        if (read == 0)
            throw new ContentException(Reasons.ReadFailed, $"{_name} ended at byte {_position} of {_length}: it was pulled out, or shortened. Insert it again.") { Offset = _position };
        _position += read;
        if (_position - _dropped >= DropStep || _position == _length)
        {
            _ = LibC.Advise((int)_handle.DangerousGetHandle(), _dropped, _position - _dropped, LibC.AdviceDontNeed);
            _dropped = _position;
        }
        return read;
    }

    private ContentException Failed(Exception e) =>
        new(Reasons.ReadFailed, $"{_name} could not be read at byte {_position} of {_length}: {e.Message}. It was pulled out or is damaged: insert it again, or make another.", e) { Offset = _position };
}
