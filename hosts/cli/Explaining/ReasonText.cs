namespace Handcarry.Cli.Explaining;

/// <summary>What a reason word means and what to do about it.</summary>
/// <param name="Word">The word.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ReasonText(string Word, string Meaning, string Remedy);
