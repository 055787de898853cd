namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>How far a proof is.</summary>
/// <param name="Done">Bytes of the layers' tar streams that were put together.</param>
/// <param name="Total">Bytes there are, as the store says.</param>
public readonly record struct StoreProofProgress(long Done, long Total);
