using System.Buffers;
using System.IO.Pipelines;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>Decompresses a layer on a thread of its own while its bytes come in.</summary>
internal sealed class LayerPipe
{
    // Small layers are in it as a whole, so that several are decompressed at a time.
    private const int MostWaiting = 16 << 20;

    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: MostWaiting, resumeWriterThreshold: MostWaiting / 2, minimumSegmentSize: 1 << 16, useSynchronizationContext: false));

    /// <param name="layer">For messages.</param>
    /// <param name="most">It must not become longer.</param>
    /// <param name="ct">Stops it.</param>
    public LayerPipe(Digest layer, long most, CancellationToken ct) => Unpacked = Task.Run(() => UnpackAsync(layer, most, ct), CancellationToken.None);

    /// <summary>Ends after the input has.</summary>
    public Task<UnpackedLayer> Unpacked { get; }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => await _pipe.Writer.WriteAsync(bytes, ct);

    /// <summary>Says that no more bytes come.</summary>
    public void Complete() => _pipe.Writer.Complete();

    private async Task<UnpackedLayer> UnpackAsync(Digest layer, long most, CancellationToken ct)
    {
        try
        {
            var first = await _pipe.Reader.ReadAtLeastAsync(LayerUnpacking.StartBytes, ct);
            var start = first.Buffer.Slice(0, Math.Min(LayerUnpacking.StartBytes, first.Buffer.Length)).ToArray();
            _pipe.Reader.AdvanceTo(first.Buffer.Start);
            await using var plain = LayerUnpacking.Open(_pipe.Reader.AsStream(leaveOpen: true), start);
            var (size, diffId) = LayerUnpacking.Measure(plain, most, layer, hashed: true, ct);
            return new UnpackedLayer(size, diffId, null);
        }
        catch (ContentException e)
        {
            return new UnpackedLayer(0, default, e);
        }
        finally
        {
            // What follows the end of the compressed data, or an error, is let go.
            await _pipe.Reader.CompleteAsync();
        }
    }
}
