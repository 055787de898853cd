namespace Handcarry.Hosts.OpenShift.Forwarding;

/// <summary>A pod of an agent.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Node">The node it runs on.</param>
/// <param name="Port">The port on which it answers clients.</param>
public sealed record AgentPod(string Namespace, string Name, string Node, int Port);
