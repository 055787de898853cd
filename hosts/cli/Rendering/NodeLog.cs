namespace Handcarry.Cli.Rendering;

/// <summary>The last lines of a node's log.</summary>
/// <param name="Node">The node.</param>
/// <param name="Lines">Oldest first.</param>
internal sealed record NodeLog(string Node, IReadOnlyList<string> Lines);
