namespace Handcarry.Actors.Node;

/// <summary>What is wrong with a sealed store.</summary>
/// <param name="Reason">The stable reason word.</param>
/// <param name="Message">One sentence that names the layer or the blob.</param>
/// <param name="Damaged">The blob on this node is not what its digest says, or gone: another copy of it is good. Otherwise the bundle itself is wrong.</param>
public sealed record StoreFault(string Reason, string Message, bool Damaged);
