using Handcarry.Actors.Protocol;

namespace Handcarry.Agent.Web.Page;

/// <summary>One line of the picture of the chain.</summary>
/// <param name="Nodes">The node, or those that are drawn as one: a piece of the chain, or several that draw from the same holder.</param>
/// <param name="Column">Its column, 0 at the left.</param>
/// <param name="Holder">The line of the node from which it draws; null when it reads a medium or draws from none that is shown.</param>
internal sealed record ChainLine(IReadOnlyList<NodeReport> Nodes, int Column, int? Holder);
