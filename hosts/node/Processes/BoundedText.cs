using System.Text;

namespace Handcarry.Hosts.Node.Processes;

/// <summary>Reads a stream to its end and keeps at most so many bytes of it: the first ones, or the last ones.</summary>
internal sealed class BoundedText(int limit, bool keepLast)
{
    private byte[] _kept = new byte[keepLast ? limit : Math.Min(limit, 4096)];
    private long _total;

    public bool Truncated => Volatile.Read(ref _total) > limit;

    public async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
            Keep(buffer.AsSpan(0, read));
    }

    public override string ToString()
    {
        var total = Volatile.Read(ref _total);
        if (total <= limit || !keepLast)
            return Encoding.UTF8.GetString(_kept, 0, (int)Math.Min(total, limit));
        var start = (int)(total % limit);
        return Encoding.UTF8.GetString([.. _kept.AsSpan(start), .. _kept.AsSpan(0, start)]);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (keepLast)
        {
            for (var i = 0; i < bytes.Length; i++)
                _kept[(int)((_total + i) % limit)] = bytes[i];
        }
        else if (_total < limit)
        {
            var room = (int)Math.Min(limit - _total, bytes.Length);
            if (_total + room > _kept.Length)
                Array.Resize(ref _kept, (int)Math.Min(limit, Math.Max(_total + room, 2L * _kept.Length)));
            bytes[..room].CopyTo(_kept.AsSpan((int)_total));
        }
        Volatile.Write(ref _total, _total + bytes.Length);
    }
}
