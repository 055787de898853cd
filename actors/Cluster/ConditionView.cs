namespace Handcarry.Actors.Cluster;

/// <summary>A condition in the Kubernetes convention.</summary>
/// <param name="Status">True when its status is "True".</param>
/// <param name="Reason">Its reason word.</param>
/// <param name="Message">Its message.</param>
public sealed record ConditionView(bool Status, string Reason, string Message);
