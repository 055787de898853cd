using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>Reads a tar-split record: gzip, one JSON object to a line. Memory is bounded by the longest line allowed, time by the bytes allowed.</summary>
internal sealed class TarSplitReader(Stream compressed, long maxBytes) : IDisposable
{
    // A segment holds the headers of one file, of which pax allows 1 MiB, or the zeros that end an archive.
    private const int MaxLine = 8 << 20;

    private readonly GZipStream _stream = new(compressed, CompressionMode.Decompress);
    private byte[] _buffer = new byte[64 << 10];
    private byte[] _raw = new byte[4 << 10];
    private int _start, _end;
    private long _read;

    /// <summary>The next entry; null at the end. Anything but a record: <see cref="LayerFormatException"/>.</summary>
    public TarSplitEntry? Next()
    {
        try
        {
            ReadOnlySpan<byte> line;
            do
            {
                line = NextLine(out var ended);
                if (ended && line.IsEmpty)
                    return null;
            }
            while (line.IsEmpty);
            return Parse(line);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or FormatException or InvalidOperationException or IOException)
        {
            throw new LayerFormatException($"its tar-split record cannot be read: {e.Message}", e);
        }
    }

    public void Dispose() => _stream.Dispose();

    private ReadOnlySpan<byte> NextLine(out bool ended)
    {
        var searched = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = _buffer.AsSpan(_start, searched + newline);
                _start += searched + newline + 1;
                ended = false;
                return line;
            }
            searched = _end - _start;
            if (!Fill())
            {
                var rest = _buffer.AsSpan(_start, searched);
                _start = _end;
                ended = true;
                return rest;
            }
        }
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxLine)
                throw new InvalidDataException($"a line is longer than {MaxLine} bytes");
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _read += read;
        return _read <= maxBytes ? read > 0 : throw new InvalidDataException($"it is longer than {maxBytes} bytes");
    }

    private TarSplitEntry Parse(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        var (type, size, name, raw) = (0, 0L, "", 0);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            throw new InvalidDataException("a line is not a JSON object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = json.GetString();
            json.Read();
            switch (member)
            {
                case "type":
                    type = json.GetInt32();
                    break;
                case "size":
                    size = json.GetInt64();
                    break;
                case "name":
                    name = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(json.GetString() ?? ""));
                    break;
                case "name_raw":
                    name = Encoding.Latin1.GetString(json.GetBytesFromBase64());
                    break;
                case "payload" when json.TokenType == JsonTokenType.String:
                    raw = Decode(json.ValueSpan);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        if (json.TokenType != JsonTokenType.EndObject || json.BytesConsumed != line.Length || type is not (1 or 2) || size < 0)
            throw new InvalidDataException("a line is no entry of tar-split");
        return type == 1 ? new TarSplitEntry(true, name, size, default) : new TarSplitEntry(false, "", 0, _raw.AsMemory(0, raw));
    }

    private int Decode(ReadOnlySpan<byte> base64)
    {
        if (_raw.Length < base64.Length)
            _raw = new byte[Math.Max(base64.Length, 2 * _raw.Length)];
        return Base64.DecodeFromUtf8(base64, _raw, out _, out var written) == System.Buffers.OperationStatus.Done
            ? written
            : throw new InvalidDataException("a payload is not base64");
    }
}
