namespace Handcarry.Bench.Carry;

/// <summary>Where and how finely it is told what came in at each node.</summary>
/// <param name="Table">Where to.</param>
/// <param name="Interval">How long one interval is.</param>
internal sealed record CarryTrace(TextWriter Table, TimeSpan Interval);
