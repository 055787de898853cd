using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Tests.Registry.Client;

/// <summary>Keeps what it is given in memory.</summary>
internal sealed class CollectingTarget(Descriptor blob, byte[]? already = null) : IBlobTarget
{
    private readonly MemoryStream _bytes = Filled(already ?? []);
    private long _position = already?.Length ?? 0;

    /// <summary>Thrown when bytes come.</summary>
    public Exception? Broken { get; init; }

    public bool IsComplete { get; private set; }

    public byte[] Bytes => _bytes.ToArray();

    public long Position => Interlocked.Read(ref _position);

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (Broken is not null)
            throw Broken;
        _bytes.Write(bytes.Span);
        Interlocked.Exchange(ref _position, _bytes.Length);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> CompleteAsync(CancellationToken ct)
    {
        Assert.Equal(blob.Size, Position);
        IsComplete = Digest.Of(_bytes.ToArray()) == blob.Digest;
        if (!IsComplete)
        {
            _bytes.SetLength(0);
            Interlocked.Exchange(ref _position, 0);
        }

        return ValueTask.FromResult(IsComplete);
    }

    private static MemoryStream Filled(byte[] bytes)
    {
        var stream = new MemoryStream();
        stream.Write(bytes);
        return stream;
    }
}
