namespace Handcarry.Hosts.Node.Storage.Sealing;

/// <summary>How far the sealing is.</summary>
/// <param name="Stage">What it is at.</param>
/// <param name="Done">Images when importing, bytes of tar streams when proving, otherwise 0.</param>
/// <param name="Total">How many there are; 0 when that is not known.</param>
public readonly record struct SealingProgress(SealingStage Stage, long Done, long Total);
