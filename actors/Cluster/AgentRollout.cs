namespace Handcarry.Actors.Cluster;

/// <summary>How far the agents are with renewing themselves.</summary>
/// <param name="Stage">Where it stands.</param>
/// <param name="Version">The version that they get; empty when there is none, or while it is not known.</param>
/// <param name="Nodes">How many nodes have an agent.</param>
/// <param name="Ready">How many of them have the new one, ready.</param>
/// <param name="Message">For <see cref="RolloutStage.Unknown"/> what the API said; otherwise the nodes whose new agent is not ready, with why; may be empty.</param>
public sealed record AgentRollout(RolloutStage Stage, string Version = "", int Nodes = 0, int Ready = 0, string Message = "");
