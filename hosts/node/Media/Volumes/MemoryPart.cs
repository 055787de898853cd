namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>Bytes of a bundle that were read from another medium before.</summary>
internal sealed class MemoryPart(ReadOnlyMemory<byte> bytes) : IPartBytes
{
    public long Length => bytes.Length;

    public bool IsThere => true;

    public int Read(Memory<byte> buffer, long offset, bool direct = false)
    {
        var count = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
        bytes.Slice((int)offset, count).CopyTo(buffer);
        return count;
    }

    public void Dispose()
    {
    }
}
