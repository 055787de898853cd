using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>A small blob being fetched into memory.</summary>
internal sealed class MemoryBlob(Descriptor blob) : IBlobTarget
{
    private int _length;

    public byte[] Bytes { get; } = new byte[blob.Size];

    public long Position => _length;

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        bytes.CopyTo(Bytes.AsMemory(_length));
        _length += bytes.Length;
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> CompleteAsync(CancellationToken ct)
    {
        var right = _length == Bytes.Length && Digest.Of(Bytes) == blob.Digest;
        if (!right)
            _length = 0;
        return ValueTask.FromResult(right);
    }
}
