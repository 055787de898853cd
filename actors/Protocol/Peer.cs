namespace Handcarry.Actors.Protocol;

/// <summary>An agent as others reach it.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Address">Akka address of its actor system, such as <c>akka.ssl.tcp://handcarry@10.0.0.7:9240</c>.</param>
/// <param name="Data">Base URI of its data plane, such as <c>https://10.0.0.7:9241/</c>.</param>
/// <param name="Incarnation">Differs each time the agent is started; 0 when it is not known.</param>
public sealed record Peer(string Node, string Address, string Data, long Incarnation = 0);
