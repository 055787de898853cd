using Handcarry.Streams.Content;

namespace Handcarry.Streams.Creation;

/// <summary>Brings all blobs of a draft to their places, several at a time, the largest first so that none is left over alone at the end.</summary>
/// <param name="draft">The draft.</param>
/// <param name="origin">Where the blobs come from.</param>
/// <param name="layers">The layers that are decompressed to see their size, with what they must hash to then; null where that is not looked at.</param>
public sealed class BundleFiller(BundleDraft draft, IBlobOrigin origin, IReadOnlyDictionary<Digest, Digest?> layers)
{
    /// <summary>Fetches what is missing, and waits until the sizes of the layers are known.</summary>
    /// <param name="connections">Most blobs at a time, 1 or more.</param>
    /// <param name="ct">Stops it; what has come stays.</param>
    /// <returns>Sum of the decompressed sizes of the layers that are named, in bytes.</returns>
    /// <exception cref="ContentException">
    /// Of the origin and the draft; <see cref="Reasons.InvalidImage"/>: a layer is not what the configuration of its image says.
    /// </exception>
    public async Task<long> FillAsync(int connections, CancellationToken ct)
    {
        await using var sizes = await FetchAsync(connections, ct);
        return await sizes.SumAsync();
    }

    /// <summary>Fetches what is missing. The sizes of the layers are found out beside it, and after it until the result is disposed.</summary>
    /// <param name="connections">Most blobs at a time, 1 or more.</param>
    /// <param name="ct">Stops it; what has come stays.</param>
    /// <exception cref="ContentException">As <see cref="FillAsync"/>.</exception>
    public async Task<LayerSizes> FetchAsync(int connections, CancellationToken ct)
    {
        var sizes = new LayerSizes(draft, layers, ct);
        try
        {
            var blobs = draft.Layout.Plan.Blobs;
            var inOrder = Enumerable.Range(0, blobs.Count).OrderByDescending(i => blobs[i].Size);
            await Parallel.ForEachAsync(inOrder, new ParallelOptions { MaxDegreeOfParallelism = connections, CancellationToken = ct }, async (i, token) =>
            {
                // What is wrong with a layer is told at once, not after the last of them.
                if (sizes.Work.IsFaulted)
                    await sizes.Work;
                if (!draft.IsStored(i))
                {
                    using var target = draft.Begin(i);
                    await origin.FetchAsync(blobs[i], target, token);
                }
                sizes.Add(i);
            });
            sizes.Complete();
            return sizes;
        }
        catch
        {
            await sizes.DisposeAsync();
            throw;
        }
    }
}
