using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Creation;

/// <summary>Brings all blobs of a draft to their places, several at a time, the largest first so that none is left over alone at the end.</summary>
/// <param name="draft">The draft.</param>
/// <param name="origin">Where the blobs come from.</param>
/// <param name="layers">The layers that are decompressed to see their size, with what they must hash to then; null where that is not looked at.</param>
public sealed class BundleFiller(BundleDraft draft, IBlobOrigin origin, IReadOnlyDictionary<Digest, Digest?> layers)
{
    /// <summary>Fetches what is missing.</summary>
    /// <param name="connections">Most blobs at a time, 1 or more.</param>
    /// <param name="ct">Stops it; what has come stays.</param>
    /// <returns>Sum of the decompressed sizes of the layers that are named, in bytes.</returns>
    /// <exception cref="ContentException">
    /// Of the origin and the draft; <see cref="Reasons.InvalidImage"/>: a layer is not what the configuration of its image says.
    /// </exception>
    public async Task<long> FillAsync(int connections, CancellationToken ct)
    {
        var blobs = draft.Layout.Plan.Blobs;
        var wanted = Enumerable.Range(0, blobs.Count).Where(i => !IsDone(i)).OrderByDescending(i => blobs[i].Size);
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = connections, CancellationToken = ct }, async (i, token) =>
        {
            if (!draft.IsStored(i))
            {
                using var target = draft.Begin(i);
                await origin.FetchAsync(blobs[i], target, token);
            }
            if (!IsDone(i))
                Unpack(i, token);
        });
        return Enumerable.Range(0, blobs.Count).Sum(i => draft.UnpackedSize(i) ?? 0);
    }

    private bool IsDone(int blob) =>
        draft.IsStored(blob) && (draft.UnpackedSize(blob) is not null || !layers.ContainsKey(draft.Layout.Plan.Blobs[blob].Digest));

    private void Unpack(int blob, CancellationToken ct)
    {
        var layer = draft.Layout.Plan.Blobs[blob].Digest;
        using var stream = draft.OpenRead(blob);
        if (layers[layer] is not { } expected)
        {
            draft.SetUnpackedSize(blob, LayerUnpacking.SizeOf(stream, layer, ct));
            return;
        }
        var (size, diffId) = LayerUnpacking.Measure(stream, layer, ct);
        if (diffId != expected)
        {
            var image = draft.Layout.Plan.Images.First(image => image.Blobs.Contains(blob)).Name;
            throw new ContentException(Reasons.InvalidImage, $"Layer {layer} of {image} is {diffId} when decompressed, but {expected} in the image's configuration: no node could load it. Whoever published the image has to build it again.") { Digest = layer };
        }
        draft.SetUnpackedSize(blob, size);
    }
}
