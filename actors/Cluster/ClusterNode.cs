namespace Handcarry.Actors.Cluster;

/// <summary>A core/v1 Node.</summary>
/// <param name="Name">metadata.name.</param>
/// <param name="Architecture">status.nodeInfo.architecture in Go's spelling: amd64, arm64, ppc64le, s390x.</param>
/// <param name="Ready">Whether its Ready condition is True.</param>
/// <param name="Zone">Its label topology.kubernetes.io/zone; empty when it has none.</param>
public sealed record ClusterNode(string Name, string Architecture, bool Ready, string Zone = "");
