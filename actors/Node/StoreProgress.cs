namespace Handcarry.Actors.Node;

/// <summary>How far the proof of a sealed store is.</summary>
/// <param name="Done">Bytes of the layers' tar streams that were put together and hashed.</param>
/// <param name="Total">Bytes there are.</param>
public sealed record StoreProgress(long Done, long Total);
