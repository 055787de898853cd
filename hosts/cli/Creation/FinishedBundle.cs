using Handcarry.Streams.Bundles;

namespace Handcarry.Cli.Creation;

/// <summary>A bundle that is complete but for its name.</summary>
/// <param name="Front">What stands before its blobs.</param>
/// <param name="Sums">The digests of what is on the disk, under the names of the draft.</param>
internal sealed record FinishedBundle(BundleFront Front, Sha256File Sums);
