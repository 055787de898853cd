using Handcarry.Streams.Content;

namespace Handcarry.Streams.Replication;

/// <summary>How one draw ended.</summary>
/// <param name="Index">The index of its <see cref="DrawRequest"/>.</param>
/// <param name="Bytes">Bytes that came over the network for a blob that is now here; 0 when it was here before, or failed.</param>
/// <param name="Error">
/// Null: the blob is in the store, complete and verified. Otherwise why it is not; what was verified of it is kept, and drawing again, from
/// whomever, goes on from there.
/// </param>
public sealed record DrawResult(int Index, long Bytes, ContentException? Error);
