namespace Handcarry.Hosts.Node.Arming;

/// <summary>What a service must be told after files were changed.</summary>
/// <param name="Kind">What.</param>
/// <param name="Unit">The unit; empty for <see cref="ServiceActionKind.ReadUnits"/>.</param>
public sealed record ServiceAction(ServiceActionKind Kind, string Unit = "");
