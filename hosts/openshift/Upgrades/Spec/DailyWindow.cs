namespace Handcarry.Hosts.OpenShift.Upgrades.Spec;

/// <summary>Hours of a day.</summary>
/// <param name="Start">First minute of the window.</param>
/// <param name="End">First minute after it; before <paramref name="Start"/> when it is on the next day, never the same.</param>
public sealed record DailyWindow(TimeOnly Start, TimeOnly End);
