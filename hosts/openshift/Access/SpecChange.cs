namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>What of the spec is to be different; null for as it is.</summary>
/// <param name="Hold"><c>spec.hold</c>.</param>
/// <param name="Cancel"><c>spec.cancel</c>.</param>
public sealed record SpecChange(bool? Hold = null, bool? Cancel = null);
