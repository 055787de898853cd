namespace Handcarry.Actors.Cluster;

/// <summary>
/// Something an administrator has to acknowledge before a minor step: a key of ConfigMap openshift-config-managed/admin-gates
/// (openshift/cluster-version-operator, pkg/risk/adminack/adminack.go).
/// </summary>
/// <param name="Key">The key, such as <c>ack-4.15-kube-1.29-api-removals-in-4.16</c>: it concerns clusters of the minor version it begins with.</param>
/// <param name="Text">What is to be acknowledged.</param>
/// <param name="Acknowledged">Whether openshift-config/admin-acks has the key with the value <c>true</c>.</param>
public sealed record AdminGate(string Key, string Text, bool Acknowledged);
