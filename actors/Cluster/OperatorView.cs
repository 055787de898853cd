namespace Handcarry.Actors.Cluster;

/// <summary>A ClusterOperator (openshift/api, config/v1/types_cluster_operator.go).</summary>
/// <param name="Name">metadata.name, such as etcd.</param>
/// <param name="Available">Its Available condition; null when it has none.</param>
/// <param name="Degraded">Its Degraded condition; null when it has none.</param>
/// <param name="RecentBackup">The condition of that name, which etcd's operator alone has; null when it has none.</param>
public sealed record OperatorView(string Name, ConditionView? Available, ConditionView? Degraded, ConditionView? RecentBackup = null);
