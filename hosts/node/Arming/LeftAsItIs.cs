namespace Handcarry.Hosts.Node.Arming;

/// <summary>Something on the host that was not put back, because it is not as it was made.</summary>
/// <param name="Path">Absolute path as the host sees it.</param>
/// <param name="Sentence">Why, and what to do.</param>
public sealed record LeftAsItIs(string Path, string Sentence);
