using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Bundles;

/// <summary>A bundle that can be read at any place: what stands before its blobs has been read, and says where each of them lies.</summary>
public sealed class BundleFile
{
    private readonly PartedFile _file;
    private readonly long[] _offsets;

    private BundleFile(PartedFile file, BundleReader reader, BundleInventory inventory, long layoutOffset)
    {
        _file = file;
        Metadata = reader.Metadata;
        MetadataSize = reader.MetadataSize;
        Inventory = inventory;
        LayoutOffset = layoutOffset;
        var (layout, index) = BundleLayout.LayoutFiles(inventory);
        var at = layoutOffset + UstarHeader.EntryLength(layout.Length) + UstarHeader.EntryLength(index.Length);
        _offsets = new long[inventory.Blobs.Count];
        for (var i = 0; i < _offsets.Length; i++)
        {
            _offsets[i] = at + UstarHeader.Block;
            at += UstarHeader.EntryLength(inventory.Blobs[i].Size);
        }
        Length = at + UstarHeader.EndBytes;
    }

    /// <summary>metadata.json.</summary>
    public BundleMetadata Metadata { get; }

    /// <summary>The inventory.</summary>
    public BundleInventory Inventory { get; }

    /// <summary>Digest by which the release is asked for.</summary>
    public Digest Release => ImageName.Parse(Metadata.Release).Digest;

    /// <summary>Bytes of the whole archive, by its inventory; the file may have more, or fewer when it was cut off.</summary>
    public long Length { get; }

    /// <summary>Bytes of metadata.json, with the spaces that follow.</summary>
    internal int MetadataSize { get; }

    /// <summary>Where the header of oci-layout lies, the first byte that follows from the inventory.</summary>
    internal long LayoutOffset { get; }

    /// <summary>Reads metadata.json and the inventory, and nothing else.</summary>
    /// <exception cref="ContentException">As <see cref="BundleReader.OpenAsync"/> and <see cref="BundleReader.ReadInventoryAsync"/>.</exception>
    public static async ValueTask<BundleFile> OpenAsync(PartedFile file, BundleLimits limits, CancellationToken ct)
    {
        await using var stream = file.OpenRead(0, file.Length);
        var reader = await BundleReader.OpenAsync(stream, limits, ct);
        var inventory = await reader.ReadInventoryAsync(ct);
        return new BundleFile(file, reader, inventory, stream.Position);
    }

    /// <summary>Where the data of a blob starts, in bytes from the start of the bundle; its header is the block before.</summary>
    public long OffsetOf(int blob) => _offsets[blob];

    /// <summary>A stream over a blob, not verified.</summary>
    public Stream OpenRead(int blob) => _file.OpenRead(_offsets[blob], Inventory.Blobs[blob].Size);

    /// <summary>The publisher's signatures of the release, as <see cref="ReleaseSignature"/> takes them.</summary>
    /// <exception cref="ContentException">As <see cref="Read"/>.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> ReadSignatures() =>
        [.. Inventory.Signatures.Select(blob => (ReadOnlyMemory<byte>)Read(blob, ReleaseSignature.MaximumSize))];

    /// <summary>A small blob, such as a manifest or a signature, verified.</summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.LimitExceeded"/>: it has more than <paramref name="limit"/> bytes; <see cref="Reasons.ReadFailed"/>; <see cref="Reasons.DigestMismatch"/>.
    /// </exception>
    public byte[] Read(int blob, int limit)
    {
        var (digest, size, offset) = (Inventory.Blobs[blob].Digest, Inventory.Blobs[blob].Size, _offsets[blob]);
        if (size > limit)
            throw new ContentException(Reasons.LimitExceeded, $"Blob {digest} has {size} bytes; at most {limit} are allowed for what it is.") { Digest = digest, Offset = offset };
        var bytes = new byte[size];
        for (int at = 0, read; at < bytes.Length; at += read)
        {
            read = _file.Read(bytes.AsSpan(at), offset + at);
            if (read == 0)
                throw new ContentException(Reasons.ReadFailed, $"The bundle ends at byte {offset + at}, within blob {digest}. The copy is incomplete; write it again.") { Digest = digest, Offset = offset + at };
        }
        return Digest.Of(bytes) == digest
            ? bytes
            : throw new ContentException(Reasons.DigestMismatch, $"Blob {digest} has other bytes than its digest says. The medium is damaged; write the bundle again.") { Digest = digest, Offset = offset };
    }
}
