using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// One blob of a bundle while the reader stands at it. Its bytes come as the medium has them: nothing is verified here. Valid until
/// the next call of <see cref="BundleReader.NextAsync"/>.
/// </summary>
public sealed class BundleEntry
{
    private readonly MediumStream _medium;

    internal BundleEntry(MediumStream medium, int index, InventoryBlob blob)
    {
        _medium = medium;
        Index = index;
        Blob = blob;
        Offset = medium.Position;
        Remaining = blob.Size;
    }

    /// <summary>Index of the blob in <see cref="BundleInventory.Blobs"/>.</summary>
    public int Index { get; }

    /// <summary>What the inventory says of it.</summary>
    public InventoryBlob Blob { get; }

    /// <summary>Where its data starts, in bytes from the start of the bundle.</summary>
    public long Offset { get; }

    /// <summary>Bytes of it that were neither read nor skipped so far.</summary>
    public long Remaining { get; private set; }

    /// <summary>Reads what comes next, at most as much as fits; 0 at its end.</summary>
    /// <exception cref="ContentException">
    /// ReadFailed or PartMissing, with the place: the medium ended or failed. With <see cref="ContentException.Unreadable"/> the entry stands before
    /// what cannot be read.
    /// </exception>
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken ct)
    {
        var count = (int)Math.Min(destination.Length, Remaining);
        if (count == 0)
            return 0;
        var read = await _medium.ReadAsync(destination[..count], EntryName.Of(Blob.Digest), ct);
        Remaining -= read;
        return read;
    }

    /// <summary>Passes over the next <paramref name="bytes"/>, without reading them where the medium can seek.</summary>
    /// <exception cref="ContentException">ReadFailed, with the place: the medium ended or failed.</exception>
    public async ValueTask SkipAsync(long bytes, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Remaining);
        await _medium.SkipAsync(bytes, EntryName.Of(Blob.Digest), ct);
        Remaining -= bytes;
    }

    /// <summary>Whether what comes behind a place that cannot be read can be had by <see cref="SkipAsync"/>.</summary>
    internal bool CanPass(ContentException failure) => _medium.CanPass(failure);

    /// <summary>From now on it has no bytes any more.</summary>
    internal void Close() => Remaining = 0;
}
