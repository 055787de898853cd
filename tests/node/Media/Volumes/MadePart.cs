using Handcarry.Hosts.Node.Media.Volumes;

namespace Handcarry.Hosts.Node.Tests.Media.Volumes;

/// <summary>Bytes in memory, of which some cannot be read, on a medium that can be pulled out.</summary>
internal sealed class MadePart(byte[] bytes) : IPartBytes
{
    public long Length => bytes.Length;

    public bool IsThere { get; set; } = true;

    /// <summary>Blocks of 4096 bytes that cannot be read.</summary>
    public HashSet<long> Bad { get; } = [];

    /// <summary>From where on nothing more comes, without an error.</summary>
    public long? Ends { get; set; }

    /// <summary>How often each bad block was tried.</summary>
    public int Tries { get; private set; }

    /// <summary>How many bytes it was asked for.</summary>
    public long BytesRead { get; private set; }

    public bool Disposed { get; private set; }

    public int Read(Memory<byte> buffer, long offset, bool direct = false)
    {
        Assert.Equal(0, offset % OpenedPart.Alignment);
        Assert.Equal(0, buffer.Length % OpenedPart.Alignment);
        var count = (int)Math.Clamp((Ends ?? Length) - offset, 0, buffer.Length);
        if (Bad.Any(block => block * 4096 < offset + count && (block + 1) * 4096 > offset))
        {
            Tries++;
            throw new IOException("Input/output error");
        }
        bytes.AsSpan((int)offset, count).CopyTo(buffer.Span);
        BytesRead += count;
        return count;
    }

    public void Dispose() => Disposed = true;
}
