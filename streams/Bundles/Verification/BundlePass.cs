using System.Threading.Channels;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>
/// Reads a medium once, hashes it as a whole and judges its parts, each on a thread of its own:
/// <code>
///            .--> whole file, parts
/// medium ----|
///            '--> tar, blobs, chunks ----> layers, decompressed
/// </code>
/// Memory: a few pieces of 1 MiB, and what waits to be decompressed.
/// </summary>
internal sealed class BundlePass(PieceReader reader, Sha256Sums sums, BundleCheck check)
{
    private const int Ahead = 4;

    /// <summary>Returns how many bytes there were.</summary>
    public async Task<long> RunAsync(IProgress<BundleProgress>? progress, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (hashing, judging) = (Channel.CreateBounded<Piece>(Ahead), Channel.CreateBounded<Piece>(Ahead));
        var length = 0L;
        await Task.WhenAll(
            OrStop(() => reader.RunAsync([hashing.Writer, judging.Writer], progress, stop.Token)),
            OrStop(async () =>
            {
                await foreach (var piece in hashing.Reader.ReadAllAsync(stop.Token))
                {
                    sums.Append(piece.Bytes.Span);
                    piece.Release();
                }
            }),
            OrStop(async () =>
            {
                await foreach (var piece in judging.Reader.ReadAllAsync(stop.Token))
                {
                    await check.AppendAsync(piece, stop.Token);
                    length = piece.Offset + piece.Length;
                    piece.Release();
                }
                await check.CompleteAsync(length);
            }));
        return length;

        // What one of them throws ends all; the first exception is the one that is seen.
        Task OrStop(Func<Task> work) => Task.Run(
            async () =>
            {
                try
                {
                    await work();
                }
                catch
                {
                    await stop.CancelAsync();
                    throw;
                }
            },
            CancellationToken.None);
    }
}
