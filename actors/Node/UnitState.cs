namespace Handcarry.Actors.Node;

/// <summary>The state of a unit (systemctl(1), "Description of unit states").</summary>
/// <param name="Active"><c>active</c>, <c>reloading</c>, <c>inactive</c>, <c>failed</c>, <c>activating</c> or <c>deactivating</c>.</param>
/// <param name="Sub">The finer state, which each type of unit has its own words for, such as <c>running</c> or <c>exited</c> of a service.</param>
public sealed record UnitState(string Active, string Sub);
