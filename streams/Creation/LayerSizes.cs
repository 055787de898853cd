using System.Buffers.Binary;
using System.Threading.Channels;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Creation;

/// <summary>
/// The decompressed sizes of a draft's layers, found out beside the downloads, which leave the processors time, and beside what comes after them.
/// Disposed, it stops; the draft may be disposed only then.
/// </summary>
public sealed class LayerSizes : IAsyncDisposable
{
    private const uint GzipTrailer = 8;

    private readonly BundleDraft _draft;
    private readonly IReadOnlyDictionary<Digest, Digest?> _layers;
    private readonly Channel<int> _waiting = Channel.CreateUnbounded<int>();
    private readonly CancellationTokenSource _stop;
    private readonly Task _work;

    internal LayerSizes(BundleDraft draft, IReadOnlyDictionary<Digest, Digest?> layers, CancellationToken ct)
    {
        (_draft, _layers) = (draft, layers);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = _stop.Token };
        _work = Parallel.ForEachAsync(_waiting.Reader.ReadAllAsync(_stop.Token), parallel, (blob, token) =>
        {
            Unpack(blob, token);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>
    /// What the sum will be if all that is not known yet is as the layers' last bytes say (RFC 1952, ISIZE), which holds for gzip below 4 GiB; in bytes.
    /// </summary>
    public long Expected => Indexes().Sum(blob => _draft.UnpackedSize(blob) ?? Said(blob));

    internal Task Work => _work;

    /// <summary>The sum, in bytes, when all of them are known.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidImage"/>: a layer cannot be decompressed, or is not what the configuration of its image says.</exception>
    public async Task<long> SumAsync()
    {
        await _work;
        return Indexes().Sum(blob => _draft.UnpackedSize(blob) ?? 0);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    internal void Add(int blob)
    {
        if (_layers.ContainsKey(_draft.Layout.Plan.Blobs[blob].Digest) && _draft.UnpackedSize(blob) is null)
            _waiting.Writer.TryWrite(blob);
    }

    internal void Complete() => _waiting.Writer.TryComplete();

    private IEnumerable<int> Indexes() => Enumerable.Range(0, _draft.Layout.Plan.Blobs.Count).Where(i => _layers.ContainsKey(_draft.Layout.Plan.Blobs[i].Digest));

    private long Said(int blob)
    {
        var size = _draft.Layout.Plan.Blobs[blob].Size;
        Span<byte> last = stackalloc byte[4];
        return size > GzipTrailer && _draft.File.Read(last, _draft.Layout.OffsetOf(blob) + size - last.Length) == last.Length
            ? BinaryPrimitives.ReadUInt32LittleEndian(last)
            : size;
    }

    private void Unpack(int blob, CancellationToken ct)
    {
        var layer = _draft.Layout.Plan.Blobs[blob].Digest;
        using var stream = _draft.OpenRead(blob);
        if (_layers[layer] is not { } expected)
        {
            _draft.SetUnpackedSize(blob, LayerUnpacking.SizeOf(stream, layer, ct));
            return;
        }
        var (size, diffId) = LayerUnpacking.Measure(stream, layer, ct);
        if (diffId != expected)
        {
            var image = _draft.Layout.Plan.Images.First(image => image.Blobs.Contains(blob)).Name;
            throw new ContentException(Reasons.InvalidImage, $"Layer {layer} of {image} is {diffId} when decompressed, but {expected} in the image's configuration: no node could load it. Whoever published the image has to build it again.") { Digest = layer };
        }
        _draft.SetUnpackedSize(blob, size);
    }
}
