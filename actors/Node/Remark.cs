namespace Handcarry.Actors.Node;

/// <summary>Something that a person should know of a node.</summary>
/// <param name="Reason">A stable reason word.</param>
/// <param name="Message">One sentence that says what to do.</param>
public sealed record Remark(string Reason, string Message);
