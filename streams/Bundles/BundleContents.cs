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

    /// <summary>Versions from which an upgrade to this one is supported.</summary>
    public IReadOnlyList<string> Previous { get; init; } = [];

    /// <summary>Update channels of the release.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Sum of the sizes of all distinct layers when decompressed, in bytes.</summary>
    public required long UnpackedSize { get; init; }
}
