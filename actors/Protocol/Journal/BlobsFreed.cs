namespace Handcarry.Actors.Protocol.Journal;

/// <summary>Nothing of a bundle that the node does not work on any longer is kept for its sake.</summary>
/// <param name="Commitment">Which bundle.</param>
public sealed record BlobsFreed(string Commitment) : IWireMessage;
