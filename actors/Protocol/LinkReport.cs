namespace Handcarry.Actors.Protocol;

/// <summary>How fast a node draws from a holder that has more than the node has taken: the link, or one of the two, is what holds it up.</summary>
/// <param name="From">The holder.</param>
/// <param name="BytesPerSecond">Bytes per second over the last seconds, 0 or more.</param>
public sealed record LinkReport(string From, long BytesPerSecond);
