namespace Handcarry.Actors.Cluster;

/// <summary>Something worth a Kubernetes Event.</summary>
/// <param name="Warning">True for type Warning, false for Normal.</param>
/// <param name="Reason">CamelCase reason word.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Node">The node concerned; empty for the upgrade as a whole.</param>
public sealed record UpgradeEvent(bool Warning, string Reason, string Message, string Node = "");
