using Handcarry.Streams.Bundles;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Creation;

/// <summary>Which release, and what else, is to be put into a bundle.</summary>
public sealed record BundleRequest
{
    /// <summary>The release image, by tag or digest.</summary>
    public required ImageReference Release { get; init; }

    /// <summary>
    /// Architectures, as releases spell them, of which manifest lists keep their instances; the lists themselves stay whole. Empty: the
    /// architecture of the release, or all of it for a release of several.
    /// </summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary>Images that are not part of the release, by tag or digest.</summary>
    public IReadOnlyList<ImageReference> ExtraImages { get; init; } = [];

    /// <summary>Version that the release must have; null for any.</summary>
    public string? Version { get; init; }
}
