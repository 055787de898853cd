namespace Handcarry.Actors.Protocol;

/// <summary>What a node has of a bundle, for its successor to draw.</summary>
/// <param name="Commitment">Which bundle.</param>
/// <param name="Node">The holder.</param>
/// <param name="HasInventory">Whether the inventory can be drawn.</param>
/// <param name="Held">Indexes of complete blobs, as runs such as <c>0-57,60</c>.</param>
/// <param name="Growing">Indexes of blobs that are coming in now; they can be drawn up to what is verified, and followed.</param>
/// <param name="Verified">
/// How many bytes of each of these are verified, in the order of their indexes, told again once a second: who has fewer is behind, and draws as fast as the link can. Null from an agent that
/// does not tell.
/// </param>
public sealed record Offer(string Commitment, string Node, bool HasInventory, string Held, string Growing, IReadOnlyList<long>? Verified = null) : IWireMessage;
