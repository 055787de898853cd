namespace Handcarry.Cli.Verification;

/// <summary>What became of verifying the signatures of the release.</summary>
/// <param name="Valid">Whether a key of each keyring vouches for it.</param>
/// <param name="Reason">The reason word when not; else null.</param>
/// <param name="Sentence">For people.</param>
internal sealed record InspectedVerdict(bool Valid, string? Reason, string Sentence);
