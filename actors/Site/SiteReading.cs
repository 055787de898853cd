using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Site;

/// <summary>A view of the whole site.</summary>
/// <param name="Reply">What the supervisor said.</param>
/// <param name="At">When it said so, by this node's clock.</param>
/// <param name="Timestamp">The same, for measuring.</param>
/// <param name="Current">Whether it answered when it was asked last; false: this is what it said before.</param>
public sealed record SiteReading(StatusReply Reply, DateTimeOffset At, long Timestamp, bool Current);
