using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// Reads a bundle in one forward pass:
/// <list type="number">
/// <item><see cref="OpenAsync"/>: metadata.json, enough to decide whether anybody wants the bundle;</item>
/// <item><see cref="ReadInventoryAsync"/>: the inventory, checked against the digest in the metadata before it is parsed;</item>
/// <item><see cref="NextAsync"/>: oci-layout and index.json must say what follows from the inventory, then the blobs come in the order of the inventory, and only they.</item>
/// </list>
/// The stream need not seek; it stays the caller's. One call at a time; only <see cref="BytesRead"/> may be asked from elsewhere.
/// Memory: the metadata and the inventory, bounded by <see cref="BundleLimits"/>. After an exception the reader is of no more use.
/// Behind the inventory, what cannot be read between the blobs is passed over where the medium can go on behind it: it says nothing that the inventory
/// does not say.
/// </summary>
public sealed class BundleReader
{
    private readonly MediumStream _medium;
    private readonly BundleLimits _limits;
    private readonly byte[] _block = new byte[UstarHeader.Block];
    private BundleInventory? _inventory;
    private byte[]? _inventoryBytes;
    private BundleEntry? _current;
    private int _next;
    private bool _atBlobs;
    private bool _ended;

    private BundleReader(MediumStream medium, BundleLimits limits, BundleMetadata metadata, int metadataSize)
    {
        _medium = medium;
        _limits = limits;
        Metadata = metadata;
        MetadataSize = metadataSize;
    }

    /// <summary>metadata.json, every field checked.</summary>
    public BundleMetadata Metadata { get; }

    /// <summary>Bytes of metadata.json, with the spaces that follow.</summary>
    internal int MetadataSize { get; }

    /// <summary>The serialized inventory, whose digest is <see cref="BundleMetadata.Commitment"/>; after <see cref="ReadInventoryAsync"/>.</summary>
    public ReadOnlyMemory<byte> InventoryBytes => _inventoryBytes ?? throw new InvalidOperationException("The inventory has not been read yet.");

    /// <summary>Bytes really read from the stream so far; what was sought over does not count.</summary>
    public long BytesRead => _medium.BytesRead;

    /// <summary>Bytes of the whole archive, which follow from its inventory; after <see cref="ReadInventoryAsync"/>.</summary>
    public long Length { get; private set; }

    /// <summary>Whether a file or device that begins with these 512 bytes may be a bundle.</summary>
    public static bool IsStart(ReadOnlySpan<byte> block) => block.StartsWith("metadata.json\0"u8) && UstarHeader.TryRead(block, out _, out _);

    /// <summary>Reads exactly the first entry.</summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.NotABundle"/>, <see cref="Reasons.InvalidBundle"/>, <see cref="Reasons.UnknownFormat"/>, <see cref="Reasons.LimitExceeded"/>,
    /// <see cref="Reasons.ReadFailed"/>.
    /// </exception>
    public static async ValueTask<BundleReader> OpenAsync(Stream stream, BundleLimits limits, CancellationToken ct)
    {
        var medium = new MediumStream(stream);
        var block = new byte[UstarHeader.Block];
        var size = await HeaderAsync(medium, block, EntryName.Metadata, ct);
        MetadataRules.CheckLimit("metadata.json", size, limits.MetadataBytes);
        var json = new byte[size];
        await medium.ReadExactlyAsync(json, EntryName.Metadata, ct);
        await PaddingAsync(medium, block, size, EntryName.Metadata, ct);
        return new BundleReader(medium, limits, MetadataRules.Parse(json, limits), json.Length);
    }

    /// <summary>Reads the second entry. Further calls return the same.</summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.DigestMismatch"/>, <see cref="Reasons.InvalidBundle"/>, <see cref="Reasons.LimitExceeded"/>,
    /// <see cref="Reasons.ReadFailed"/>.
    /// </exception>
    public async ValueTask<BundleInventory> ReadInventoryAsync(CancellationToken ct)
    {
        if (_inventory is not null)
            return _inventory;
        var name = EntryName.Of(Metadata.Commitment);
        var size = await HeaderAsync(_medium, _block, name, ct);
        if (size != Metadata.InventorySize)
            throw Invalid($"The inventory has {size} bytes, but metadata.json announces {Metadata.InventorySize}.");
        var json = new byte[size];
        await _medium.ReadExactlyAsync(json, "the inventory", ct);
        await PaddingAsync(_medium, _block, size, name, ct);
        if (Digest.Of(json) != Metadata.Commitment)
        {
            throw new ContentException(
                Reasons.DigestMismatch,
                $"The inventory of the bundle does not hash to {Metadata.Commitment} as metadata.json says. The medium is damaged; write the bundle again.")
            {
                Digest = Metadata.Commitment,
            };
        }
        var inventory = InventoryRules.Parse(json, Metadata, _limits);
        var (layout, index) = BundleLayout.LayoutFiles(inventory);
        Length = _medium.Position + UstarHeader.EntryLength(layout.Length) + UstarHeader.EntryLength(index.Length)
            + inventory.Blobs.Sum(static blob => UstarHeader.EntryLength(blob.Size)) + UstarHeader.EndBytes;
        _inventoryBytes = json;
        return _inventory = inventory;
    }

    /// <summary>
    /// Goes to the next blob; what was not read of the one before is passed over. Null after the last one, when the archive ends as it
    /// should; what follows its end, as on a raw device, is not looked at.
    /// </summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.InvalidBundle"/>: another entry than the one whose turn it is; <see cref="Reasons.ReadFailed"/>.
    /// </exception>
    public async ValueTask<BundleEntry?> NextAsync(CancellationToken ct)
    {
        if (_inventory is null)
            throw new InvalidOperationException("The inventory has not been read yet.");
        if (_ended)
            return null;
        if (!_atBlobs)
        {
            var (layout, index) = BundleLayout.LayoutFiles(_inventory);
            await PassingAsync(UstarHeader.EntryLength(layout.Length), () => ExpectAsync(EntryName.Layout, layout, ct), ct);
            await PassingAsync(UstarHeader.EntryLength(index.Length), () => ExpectAsync(EntryName.Index, index, ct), ct);
            _atBlobs = true;
        }
        if (_current is { } current)
        {
            var name = EntryName.Of(current.Blob.Digest);
            await current.SkipAsync(current.Remaining, ct);
            await PassingAsync(UstarHeader.Padding(current.Blob.Size), () => PaddingAsync(_medium, _block, current.Blob.Size, name, ct), ct);
            current.Close();
            _current = null;
        }
        if (_next == _inventory.Blobs.Count)
        {
            await PassingAsync(UstarHeader.EndBytes, () => EndAsync(ct), ct);
            _ended = true;
            return null;
        }
        var blob = _inventory.Blobs[_next];
        await PassingAsync(UstarHeader.Block, () => HeaderOfAsync(blob, ct), ct);
        return _current = new BundleEntry(_medium, _next++, blob);
    }

    private async ValueTask HeaderOfAsync(InventoryBlob blob, CancellationToken ct)
    {
        var size = await HeaderAsync(_medium, _block, EntryName.Of(blob.Digest), ct);
        if (size != blob.Size)
        {
            throw new ContentException(
                Reasons.InvalidBundle,
                $"Blob {blob.Digest} has {size} bytes in the bundle, but {blob.Size} in its inventory. Build the bundle again.")
            {
                Digest = blob.Digest,
                Offset = _medium.Position,
            };
        }
    }

    // Checks the next bytes; where they cannot be read, goes on behind them.
    private async ValueTask PassingAsync(long bytes, Func<ValueTask> check, CancellationToken ct)
    {
        var end = _medium.Position + bytes;
        try
        {
            await check();
        }
        catch (ContentException e) when (_medium.CanPass(e))
        {
            await _medium.SkipAsync(end - _medium.Position, "what lies between two blobs", ct);
        }
    }

    // They are for other tools; what they say follows from the inventory, and nothing else may stand there.
    private async ValueTask ExpectAsync(string name, byte[] expected, CancellationToken ct)
    {
        var size = await HeaderAsync(_medium, _block, name, ct);
        var at = _medium.Position;
        var data = new byte[size == expected.Length ? size : 0];
        await _medium.ReadExactlyAsync(data, name, ct);
        if (!data.AsSpan().SequenceEqual(expected))
            throw Invalid($"{name} does not say what the inventory says.", at);
        await PaddingAsync(_medium, _block, size, name, ct);
    }

    private async ValueTask EndAsync(CancellationToken ct)
    {
        for (var read = 0; read < UstarHeader.EndBytes; read += UstarHeader.Block)
        {
            var at = _medium.Position;
            await _medium.ReadExactlyAsync(_block, "the end of the archive", ct);
            if (_block.AsSpan().ContainsAnyExcept((byte)0))
                throw Invalid("After the last blob of its inventory the bundle does not end.", at);
        }
    }

    // Reads one header, which must be that of the entry whose turn it is, and returns the size of its data.
    private static async ValueTask<long> HeaderAsync(MediumStream medium, byte[] block, string expected, CancellationToken ct)
    {
        var at = medium.Position;
        await medium.ReadExactlyAsync(block, $"the header of {expected}", ct);
        if (at == 0 && !block.AsSpan().StartsWith("metadata.json\0"u8))
            throw new ContentException(Reasons.NotABundle, "It does not begin with metadata.json, so it is no upgrade bundle.") { Offset = 0 };
        if (!UstarHeader.TryRead(block, out var header, out var error))
            throw Invalid($"Where {expected} should be, at byte {at}, there is {error}.", at);
        if (header.Name != expected)
            throw Invalid($"Where {expected} should be, at byte {at}, there is {header.Name}.", at);
        return header.Size;
    }

    private static async ValueTask PaddingAsync(MediumStream medium, byte[] block, long size, string name, CancellationToken ct)
    {
        var padding = UstarHeader.Padding(size);
        var at = medium.Position;
        await medium.ReadExactlyAsync(block.AsMemory(0, padding), name, ct);
        if (block.AsSpan(0, padding).ContainsAnyExcept((byte)0))
            throw Invalid($"The padding after {name} is not empty.", at);
    }

    private static ContentException Invalid(string what, long? offset = null) =>
        new(Reasons.InvalidBundle, what + " This is no upgrade bundle, or it was damaged or changed; write it to the medium again.") { Offset = offset };
}
