using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>All that a bundle is made of, in any order; <see cref="BundlePlanner"/> brings it into the one order it is written in.</summary>
public sealed record BundleContents
{
    /// <summary>OpenShift version, a semantic version such as <c>4.12.4</c>.</summary>
    public required string Version { get; init; }

    /// <summary>x86_64, aarch64, ppc64le, s390x or multi.</summary>
    public required string Arch { get; init; }

    /// <summary>The release image, one of <see cref="Images"/>.</summary>
    public required ImageName Release { get; init; }

    /// <summary>All images, the release image and <see cref="Extra"/> among them. One that is there twice counts once.</summary>
    public required IReadOnlyList<BundleImage> Images { get; init; }

    /// <summary>Those of <see cref="Images"/> that are not part of the release.</summary>
    public IReadOnlyList<ImageName> Extra { get; init; } = [];

    /// <summary>GPG signatures of the release.</summary>
    public IReadOnlyList<Descriptor> Signatures { get; init; } = [];

    /// <summary>Sigstore attachments of the images.</summary>
    public IReadOnlyList<BundleAttachment> Attachments { get; init; } = [];

    /// <summary>The sealed store of all images; null when they are here as layers alone.</summary>
    public Descriptor? SealedStore { get; init; }

    /// <summary>Whether the sealed store spares the layers of the images, those excepted that <see cref="Images"/> still names.</summary>
    public StoreKind Store { get; init; } = StoreKind.Layers;

    /// <summary>Versions from which an upgrade to this one is supported.</summary>
    public IReadOnlyList<string> Previous { get; init; } = [];

    /// <summary>Update channels of the release.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];
}
