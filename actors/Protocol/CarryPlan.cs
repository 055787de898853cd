namespace Handcarry.Actors.Protocol;

/// <summary>
/// What a node is to do for a bundle: read it from its own medium, or draw it from another node. Sent by the supervisor whenever a
/// node's report does not show the current epoch.
/// </summary>
/// <param name="Epoch">Number of the plan, growing; a node refuses one that is older than what it follows.</param>
/// <param name="Bundle">The bundle.</param>
/// <param name="MediumId">The medium to read, when this node is a source; else empty.</param>
/// <param name="From">Whom to draw from; null when this node reads a medium, or when nobody has anything for it yet.</param>
public sealed record CarryPlan(long Epoch, BundleFacts Bundle, string MediumId, Peer? From) : IWireMessage;
