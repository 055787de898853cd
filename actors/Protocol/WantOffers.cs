namespace Handcarry.Actors.Protocol;

/// <summary>Asks a node to tell the sender what it holds of a bundle, now and whenever that changes.</summary>
/// <param name="Epoch">The asker's plan.</param>
/// <param name="Commitment">Which bundle.</param>
/// <param name="Node">The asker.</param>
public sealed record WantOffers(long Epoch, string Commitment, string Node) : IWireMessage;
