namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>What withdrawing the sealed stores of a node has come to.</summary>
/// <param name="Withdrawn">Digests of the stores that are gone.</param>
/// <param name="Staying">Which stores have to stay, and what stands on them, a sentence each.</param>
public sealed record SealedWithdrawal(IReadOnlyList<string> Withdrawn, IReadOnlyList<string> Staying);
