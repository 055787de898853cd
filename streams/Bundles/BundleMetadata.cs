using System.Text.Json.Serialization;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// <c>metadata.json</c>, always the first entry of a bundle: enough to decide whether a cluster wants it. <c>version</c>, <c>arch</c>,
/// <c>size</c>, <c>release</c> and <c>images</c> keep the names and meaning of the enhancement proposal (reference/openshift.md
/// section 9, R6), except that <c>size</c> is a number of bytes.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record BundleMetadata
{
    /// <summary>The format this version writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the bundle format, 1.</summary>
    public required int Format { get; init; }

    /// <summary>OpenShift version, a semantic version such as <c>4.12.4</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Architecture as release names spell it: x86_64, aarch64, ppc64le, s390x or multi.</summary>
    public required string Arch { get; init; }

    /// <summary>Sum of the sizes of all blobs in the bundle, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Sum of the sizes of all distinct layers when decompressed, in bytes.</summary>
    public required long UnpackedSize { get; init; }

    /// <summary>The release image by digest.</summary>
    public required string Release { get; init; }

    /// <summary>All images by digest, the release image among them, in the order in which the bundle completes them.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>Versions from which an upgrade to this one is supported, from the release's own metadata.</summary>
    public IReadOnlyList<string> Previous { get; init; } = [];

    /// <summary>Update channels of the release, from the release's own metadata.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Those of <see cref="Images"/> that are not part of the release.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>The one of <see cref="Extra"/> that is Handcarry's own agent; null when there is none. It follows from <see cref="Extra"/>, whatever was written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AgentImage? Agent { get; init; }

    /// <summary>In which form the images are here; <c>layers</c> when it is not said.</summary>
    public StoreKind Store { get; init; }

    /// <summary>
    /// Digest of the <see cref="BundleInventory"/>, the bundle's second entry, which commits to every blob and repeats every fact stated here.
    /// </summary>
    public required Digest Commitment { get; init; }

    /// <summary>Size in bytes of the inventory.</summary>
    public required long InventorySize { get; init; }

    /// <summary>Signatures of <see cref="Commitment"/> by people who vouch for the bundle, each key once.</summary>
    public IReadOnlyList<EngineerSignature> SignedBy { get; init; } = [];

    /// <summary>What metadata.json says of a bundle with this inventory.</summary>
    internal static BundleMetadata Of(BundleInventory inventory, Digest commitment, long inventorySize) => new()
    {
        Format = CurrentFormat,
        Version = inventory.Version,
        Arch = inventory.Arch,
        Size = inventory.Size,
        UnpackedSize = inventory.UnpackedSize,
        Release = inventory.Images[inventory.Release].Name,
        Images = [.. inventory.Images.Select(static image => image.Name)],
        Previous = inventory.Previous,
        Channels = inventory.Channels,
        Extra = [.. inventory.Extra.Select(extra => inventory.Images[extra].Name)],
        Agent = AgentImage.Among(inventory.Extra.Select(extra => inventory.Images[extra].Name)),
        Store = inventory.Store,
        Commitment = commitment,
        InventorySize = inventorySize,
    };

    /// <summary>
    /// The member in which the two differ; null when they say the same. Signatures are not compared: they are about the rest; nor is the agent, which
    /// follows from <see cref="Extra"/>.
    /// </summary>
    internal string? DifferenceTo(BundleMetadata other) =>
        Version != other.Version ? "version"
        : Arch != other.Arch ? "arch"
        : Size != other.Size ? "size"
        : UnpackedSize != other.UnpackedSize ? "unpackedSize"
        : Release != other.Release ? "release"
        : !Images.SequenceEqual(other.Images) ? "images"
        : !Previous.SequenceEqual(other.Previous) ? "previous"
        : !Channels.SequenceEqual(other.Channels) ? "channels"
        : !Extra.SequenceEqual(other.Extra) ? "extra"
        : Store != other.Store ? "store"
        : null;
}
