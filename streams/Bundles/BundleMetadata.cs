using System.Text.Json.Serialization;
using Handcarry.Streams.Content;

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

    /// <summary>Digest of the <see cref="BundleInventory"/>, the bundle's second entry, which commits to every other byte of it.</summary>
    public required Digest Commitment { get; init; }

    /// <summary>Size in bytes of the inventory.</summary>
    public required long InventorySize { get; init; }
}
