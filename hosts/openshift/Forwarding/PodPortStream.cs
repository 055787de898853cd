using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;

namespace Handcarry.Hosts.OpenShift.Forwarding;

/// <summary>
/// The bytes of one port that is forwarded. Messages of channel 0 are data, those of channel 1 say why there are none; the first message of either is the port's number in
/// two bytes, the least significant first. Reads and writes may overlap, reads among themselves and writes among themselves may not.
/// </summary>
internal sealed class PodPortStream(WebSocket socket, AgentPod pod) : Stream
{
    private const byte Data = 0, Error = 1;
    private const int PortBytes = 2;

    private readonly byte[] _received = new byte[16 << 10];
    private readonly int[] _left = [PortBytes, PortBytes];
    private readonly byte[] _port = new byte[2 * PortBytes];
    private readonly StringBuilder _why = new();
    private ReadOnlyMemory<byte> _data;
    private byte _channel;
    private bool _within;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Throws <see cref="IOException"/> with what the kubelet says when the port cannot be reached.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_data.IsEmpty)
        {
            if (buffer.IsEmpty)
                return 0;
            try
            {
                var received = await socket.ReceiveAsync(_received.AsMemory(), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                    return _why.Length == 0 ? 0 : throw new IOException($"Pod {pod.Name} on {pod.Node} cannot be reached at port {pod.Port}: {_why}");
                Take(_received.AsMemory(0, received.Count));
                _within = !received.EndOfMessage;
            }
            catch (WebSocketException e)
            {
                throw new IOException($"The connection to pod {pod.Name} on {pod.Node} broke: {(_why.Length > 0 ? _why.ToString() : e.Message)}", e);
            }
            if (_why.Length > 0 && !_within)
                throw new IOException($"Pod {pod.Name} on {pod.Node} cannot be reached at port {pod.Port}: {_why}");
        }
        var count = Math.Min(buffer.Length, _data.Length);
        _data[..count].CopyTo(buffer);
        _data = _data[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var message = new byte[buffer.Length + 1];
        message[0] = Data;
        buffer.CopyTo(message.AsMemory(1));
        try
        {
            await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        catch (WebSocketException e)
        {
            throw new IOException($"The connection to pod {pod.Name} on {pod.Node} broke: {e.Message}", e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Every write is a message.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            socket.Dispose();
        base.Dispose(disposing);
    }

    private void Take(ReadOnlyMemory<byte> part)
    {
        if (!_within)
        {
            if (part.IsEmpty)
                return;
            _channel = part.Span[0];
            if (_channel > Error)
                throw new IOException($"The API server sent something for channel {_channel}, and one port has channels 0 and 1 only.");
            part = part[1..];
        }
        part = part[TakePort(part.Span)..];
        if (_channel == Data)
            _data = part;
        else
            _why.Append(Encoding.UTF8.GetString(part.Span));
    }

    private int TakePort(ReadOnlySpan<byte> part)
    {
        var count = Math.Min(_left[_channel], part.Length);
        if (count == 0)
            return 0;
        part[..count].CopyTo(_port.AsSpan((_channel * PortBytes) + PortBytes - _left[_channel]));
        _left[_channel] -= count;
        var port = BinaryPrimitives.ReadUInt16LittleEndian(_port.AsSpan(_channel * PortBytes, PortBytes));
        return _left[_channel] > 0 || port == pod.Port ? count : throw new IOException($"The API server forwards port {port} instead of {pod.Port}.");
    }
}
