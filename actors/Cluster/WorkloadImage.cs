namespace Handcarry.Actors.Cluster;

/// <summary>An image that a workload could lack when its pods start anew.</summary>
/// <param name="Workload">Namespace, kind and name of what made the pods, with slashes between them: <c>shop/Deployment/cart</c>; the pod itself when nothing did.</param>
/// <param name="Image">The image as the pod names it.</param>
/// <param name="Always">Whether its pull policy is Always: the runtime asks a registry each time.</param>
/// <param name="Here">Whether it is on the node of each such pod.</param>
public sealed record WorkloadImage(string Workload, string Image, bool Always, bool Here);
