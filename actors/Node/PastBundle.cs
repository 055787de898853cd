using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Node;

/// <summary>A bundle that the node does not work on any longer, and whose blobs may still be here.</summary>
/// <param name="Bundle">The bundle.</param>
/// <param name="Ran">Whether the cluster came to run it; otherwise it was given up.</param>
public sealed record PastBundle(BundleFacts Bundle, bool Ran);
