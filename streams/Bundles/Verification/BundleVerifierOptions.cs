using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>What a bundle is held against, besides itself.</summary>
public sealed record BundleVerifierOptions
{
    /// <summary>What the bundle may ask for.</summary>
    public BundleLimits Limits { get; init; } = new();

    /// <summary>The checksums beside the bundle; null when there are none.</summary>
    public Sha256File? Checksums { get; init; }

    /// <summary>The keys of the release's publisher: of each keyring one must have signed.</summary>
    public IReadOnlyList<ReleaseKeyring> Keyrings { get; init; } = [];

    /// <summary>The engineers that are trusted: one of them must have signed.</summary>
    public IReadOnlyList<EngineerPublicKey> TrustedKeys { get; init; } = [];

    /// <summary>Whether a signature that is missing is a violation, not a note. Of the kinds for which there are keys here.</summary>
    public bool RequireSignature { get; init; }

    /// <summary>For what expires.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Told how far it is, after each piece that was read.</summary>
    public IProgress<BundleProgress>? Progress { get; init; }
}
