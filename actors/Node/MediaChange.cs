namespace Handcarry.Actors.Node;

/// <summary>A medium came or went.</summary>
/// <param name="Medium">Which.</param>
/// <param name="Present">True when it came, false when it went.</param>
public sealed record MediaChange(Medium Medium, bool Present);
