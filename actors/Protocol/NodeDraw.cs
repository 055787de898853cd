namespace Handcarry.Actors.Protocol;

/// <summary>A node that draws from another one.</summary>
/// <param name="Node">The node.</param>
/// <param name="Holder">The one that has the blobs.</param>
public sealed record NodeDraw(string Node, string Holder);
