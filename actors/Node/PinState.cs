namespace Handcarry.Actors.Node;

/// <summary>Whether images are pinned.</summary>
/// <param name="Pinned">Whether the runtime says so of each of them.</param>
/// <param name="Why">Why not; null when they are, or when the node has no runtime that could pin.</param>
public sealed record PinState(bool Pinned, Remark? Why);
