using System.Buffers;
using System.Collections.Concurrent;

namespace Handcarry.Streams.Tests.Replication;

/// <summary>Knows which buffers are lent out, and spoils those that come back, so that whoever still uses one is found out.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private readonly ConcurrentDictionary<byte[], bool> _out = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentBag<byte[]> _free = [];
    private int _lent;

    public int Out => _out.Count;

    /// <summary>How often a buffer was lent.</summary>
    public int Lent => Volatile.Read(ref _lent);

    public override byte[] Rent(int minimumLength)
    {
        Interlocked.Increment(ref _lent);
        if (!_free.TryTake(out var buffer) || buffer.Length < minimumLength)
            buffer = new byte[minimumLength];
        Assert.True(_out.TryAdd(buffer, true));
        return buffer;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        Assert.True(_out.TryRemove(array, out _), "A buffer was returned that was not lent out.");
        Array.Fill(array, (byte)0xEE);
        _free.Add(array);
    }
}
