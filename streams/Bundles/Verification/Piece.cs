using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>Consecutive bytes of a medium in a pooled buffer, which goes back when every taker has released it.</summary>
internal sealed class Piece(long offset, int takers)
{
    private readonly byte[] _buffer = TransferBuffers.Pool.Rent(TransferBuffers.Largest);
    private int _takers = takers;

    public long Offset => offset;

    public int Length { get; set; }

    /// <summary>Why these bytes could not be read; they are zero then.</summary>
    public ContentException? Failure { get; set; }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

    public Span<byte> Room => _buffer;

    /// <summary>Called by each taker, once.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _takers) == 0)
            Discard();
    }

    /// <summary>Called when no taker gets it.</summary>
    public void Discard() => TransferBuffers.Pool.Return(_buffer);
}
