using Handcarry.Streams.Content;

namespace Handcarry.Streams.Replication;

/// <summary>One blob to draw from one holder.</summary>
/// <param name="Index">Index of the blob in the inventory; comes back in the <see cref="DrawResult"/>.</param>
/// <param name="Spec">The blob.</param>
/// <param name="Holder">Whom to draw it from.</param>
public sealed record DrawRequest(int Index, BlobSpec Spec, Holder Holder);
