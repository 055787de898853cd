namespace Handcarry.Actors.Protocol.Journal;

/// <summary>Nothing of a bundle that the node does not work on any longer is kept for its sake; of the bundle that the cluster runs, no layers are kept for nodes that come late.</summary>
/// <param name="Commitment">Which bundle.</param>
public sealed record BlobsFreed(string Commitment) : IWireMessage;
