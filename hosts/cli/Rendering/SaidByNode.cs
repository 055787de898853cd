namespace Handcarry.Cli.Rendering;

/// <summary>What an agent says it has done, or why it has not.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Reason">Empty when it has.</param>
/// <param name="Message">One sentence.</param>
internal sealed record SaidByNode(string Node, string Reason, string Message);
