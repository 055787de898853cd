namespace Handcarry.Streams.Bundles.Verification;

/// <summary>How far a verification is.</summary>
/// <param name="Done">Bytes read.</param>
/// <param name="Total">Bytes to read.</param>
public readonly record struct BundleProgress(long Done, long Total);
