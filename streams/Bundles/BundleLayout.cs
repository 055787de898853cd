using System.Text.Json;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// Where every byte of a bundle lies, known from the sizes of its blobs alone, so that blobs can be written to their places in any order:
/// <code>
/// metadata.json | inventory | oci-layout | index.json | blob 0 | blob 1 | ... | end
/// '----------- front: written last, of known length ---------'
/// </code>
/// What is known only at the end has a fixed length (digests) or is followed by spaces (the unpacked size, signatures), which JSON allows.
/// </summary>
public sealed class BundleLayout
{
    // Room in metadata.json for signatures that are added later, in place: about ten.
    private const int SignatureRoom = 2048;
    private const int MetadataStep = 4096;

    private static readonly byte[] LayoutFile = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray();

    private readonly long[] _offsets;
    private readonly int _metadataSize;
    private readonly int _inventorySize;
    private readonly byte[] _index;

    private BundleLayout(BundlePlan plan, BundleInventory inventory)
    {
        Plan = plan;
        var json = Inventory(inventory);
        Id = Digest.Of(json);
        _inventorySize = json.Length;
        _metadataSize = RoundUp(Metadata(BundleMetadata.Of(inventory, Id, json.Length)).Length + SignatureRoom, MetadataStep);
        _index = IndexOf(plan);
        FrontLength = UstarHeader.EntryLength(_metadataSize) + UstarHeader.EntryLength(_inventorySize) + UstarHeader.EntryLength(LayoutFile.Length) + UstarHeader.EntryLength(_index.Length);
        _offsets = new long[plan.Blobs.Count];
        var at = FrontLength;
        for (var i = 0; i < _offsets.Length; i++)
        {
            _offsets[i] = at + UstarHeader.Block;
            at += UstarHeader.EntryLength(plan.Blobs[i].Size);
        }
        Length = at + UstarHeader.EndBytes;
    }

    /// <summary>What is laid out.</summary>
    public BundlePlan Plan { get; }

    /// <summary>Two layouts with the same one are the same.</summary>
    public Digest Id { get; }

    /// <summary>Bytes of the whole bundle.</summary>
    public long Length { get; }

    /// <summary>Bytes before the header of the first blob.</summary>
    public long FrontLength { get; }

    /// <summary>Lays out a plan.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidBundle"/>: no reader would take it, for example because its version is no semantic version.</exception>
    public static BundleLayout Of(BundlePlan plan)
    {
        // Every size that is not known yet at its longest, so that the room is enough.
        var placeholder = Digest.FromHash(new byte[32]);
        var inventory = InventoryOf(plan, [.. plan.Blobs.Select(blob => (IReadOnlyList<Digest>)[.. Enumerable.Repeat(placeholder, BlobSpec.ChunkCount(blob.Size))])], long.MaxValue);
        // What the reader would refuse must never reach a medium. Its limits are the reader's business.
        InventoryRules.Parse(Inventory(inventory), placeholder, Unlimited);
        return new BundleLayout(plan, inventory);
    }

    /// <summary>Where the data of a blob starts, in bytes from the start of the bundle; its header is the block before.</summary>
    public long OffsetOf(int blob) => _offsets[blob];

    /// <summary>The block before the data of a blob.</summary>
    public byte[] HeaderOf(int blob) => new UstarHeader(EntryName.Of(Plan.Blobs[blob].Digest), Plan.Blobs[blob].Size).ToBlock();

    /// <summary>
    /// Everything before the first blob's header, in entries ready to be written, <see cref="FrontLength"/> bytes in all.
    /// </summary>
    /// <param name="chunks">Per blob the digests of its chunks, as <see cref="BlobSpec.Chunks"/>.</param>
    /// <param name="unpackedSize">Sum of the sizes of all distinct layers when decompressed, in bytes.</param>
    /// <param name="sign">Signs the commitment.</param>
    public BundleFront Front(IReadOnlyList<IReadOnlyList<Digest>> chunks, long unpackedSize, Func<Digest, IReadOnlyList<EngineerSignature>>? sign = null)
    {
        var inventory = InventoryOf(Plan, chunks, unpackedSize);
        var inventoryJson = Padded(Inventory(inventory), _inventorySize);
        var commitment = Digest.Of(inventoryJson);
        var metadata = BundleMetadata.Of(inventory, commitment, inventoryJson.Length) with { SignedBy = sign?.Invoke(commitment) ?? [] };
        var metadataJson = Padded(Metadata(metadata), _metadataSize);
        InventoryRules.Parse(inventoryJson, MetadataRules.Parse(metadataJson, Unlimited), Unlimited);
        using var front = new MemoryStream(checked((int)FrontLength));
        Entry(front, EntryName.Metadata, metadataJson);
        Entry(front, EntryName.Of(commitment), inventoryJson);
        Entry(front, EntryName.Layout, LayoutFile);
        Entry(front, EntryName.Index, _index);
        return new BundleFront(metadata, inventory, front.ToArray());
    }

    /// <summary>oci-layout and index.json as a bundle with this plan has them.</summary>
    internal static (byte[] Layout, byte[] Index) LayoutFiles(BundleInventory inventory) => (LayoutFile, IndexOf(inventory.Images, inventory.Attachments, i => Of(inventory.Blobs[i])));

    /// <summary>metadata.json with other signatures, of the same length.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.LimitExceeded"/>: they do not fit.</exception>
    internal static byte[] MetadataJson(BundleMetadata metadata, int size) => Padded(Metadata(metadata), size);

    private static BundleLimits Unlimited => new() { Blobs = int.MaxValue, Images = int.MaxValue, InventoryBytes = int.MaxValue, MetadataBytes = int.MaxValue };

    private static BundleInventory InventoryOf(BundlePlan plan, IReadOnlyList<IReadOnlyList<Digest>> chunks, long unpackedSize)
    {
        var images = plan.Images.Select(static (image, i) => (image.Name, i)).ToDictionary(StringComparer.Ordinal);
        return new BundleInventory
        {
            Version = plan.Contents.Version,
            Arch = plan.Contents.Arch,
            UnpackedSize = unpackedSize,
            Store = plan.Contents.Store,
            Previous = plan.Contents.Previous,
            Channels = plan.Contents.Channels,
            Blobs = [.. plan.Blobs.Select((blob, i) => new InventoryBlob(blob.MediaType, blob.Digest, blob.Size, chunks[i]))],
            Images = plan.Images,
            Release = images[plan.Contents.Release.ToString()],
            Extra = [.. plan.Contents.Extra.Select(name => images[name.ToString()]).Order()],
            Signatures = plan.Signatures,
            Attachments = plan.Attachments,
            SealedStore = plan.SealedStore,
        };
    }

    private static byte[] IndexOf(BundlePlan plan) => IndexOf(plan.Images, plan.Attachments, i => plan.Blobs[i]);

    private static byte[] IndexOf(IReadOnlyList<InventoryImage> images, IReadOnlyList<InventoryAttachment> attachments, Func<int, Descriptor> blob)
    {
        LayoutImage Listed(int manifest, string name) => new(blob(manifest).MediaType, blob(manifest).Digest, blob(manifest).Size, new LayoutAnnotations(name));
        return JsonSerializer.SerializeToUtf8Bytes(
            new LayoutIndex(2, MediaTypes.OciIndex, [
                .. images.Select(image => Listed(image.Manifest, image.Name)),
                .. attachments.Select(a => Listed(a.Manifest, $"{ImageName.Parse(a.Subject).Repository}:{BundleAttachment.TagOf(ImageName.Parse(a.Subject).Digest)}"))]),
            BundleJson.Strict.LayoutIndex);
    }

    private static Descriptor Of(InventoryBlob blob) => new(blob.MediaType, blob.Digest, blob.Size);

    private static byte[] Inventory(BundleInventory inventory) => JsonSerializer.SerializeToUtf8Bytes(inventory, BundleJson.Strict.BundleInventory);

    private static byte[] Metadata(BundleMetadata metadata) => JsonSerializer.SerializeToUtf8Bytes(metadata, BundleJson.Strict.BundleMetadata);

    private static byte[] Padded(byte[] json, int size)
    {
        if (json.Length > size)
            throw new ContentException(Reasons.LimitExceeded, $"metadata.json has room for {size} bytes, but {json.Length} would be needed. Build the bundle again, with fewer signatures.");
        var padded = new byte[size];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        return padded;
    }

    private static void Entry(MemoryStream front, string name, byte[] data)
    {
        front.Write(new UstarHeader(name, data.Length).ToBlock());
        front.Write(data);
        front.Write(new byte[UstarHeader.Padding(data.Length)]);
    }

    private static int RoundUp(int size, int step) => (size + step - 1) / step * step;
}
