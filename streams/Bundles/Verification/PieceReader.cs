using System.Threading.Channels;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>
/// Reads a medium once from start to end for several takers. Where it fails it is read in small steps, and goes on behind each that cannot be
/// read; a medium that gives nothing any more, because it was pulled for example, is given up.
/// </summary>
internal sealed class PieceReader(ReadAt read, long length)
{
    // The kernel reads ahead by 128 KiB, and a failing sector takes seconds: smaller steps would take minutes for one bad spot.
    private const int SmallStep = 64 << 10;
    private const long GiveUpAfter = 16 << 20;

    public async Task RunAsync(IReadOnlyList<ChannelWriter<Piece>> takers, IProgress<BundleProgress>? progress, CancellationToken ct)
    {
        long at = 0, carefulUntil = 0, lost = 0;
        while (at < length && lost < GiveUpAfter)
        {
            var step = (int)Math.Min(at < carefulUntil ? SmallStep : TransferBuffers.Largest, length - at);
            var piece = Next(at, step, takers.Count);
            if (piece is { Failure: not null, Length: > SmallStep })
            {
                piece.Discard();
                carefulUntil = at + step;
                continue;
            }
            if (piece.Length == 0)
            {
                piece.Discard();
                break;
            }
            lost = piece.Failure is null ? 0 : lost + piece.Length;
            at += piece.Length;
            progress?.Report(new BundleProgress(at, length));
            foreach (var taker in takers)
                await taker.WriteAsync(piece, ct);
        }
        foreach (var taker in takers)
            taker.Complete();
    }

    private Piece Next(long at, int step, int takers)
    {
        var piece = new Piece(at, takers);
        try
        {
            piece.Length = read(piece.Room[..step], at);
        }
        catch (ContentException e) when (e.Reason == Reasons.ReadFailed)
        {
            piece.Room[..step].Clear();
            piece.Length = step;
            piece.Failure = e;
        }
        return piece;
    }
}
