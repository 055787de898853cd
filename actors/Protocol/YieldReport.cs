namespace Handcarry.Actors.Protocol;

/// <summary>That a node carries slower than it could, for the sake of what else runs on it.</summary>
/// <param name="BytesPerSecond">How much it carries at most, 1 or more.</param>
/// <param name="Why">For people: <c>I/O pressure 45 %</c>.</param>
public sealed record YieldReport(long BytesPerSecond, string Why);
