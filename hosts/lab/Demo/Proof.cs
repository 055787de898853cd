namespace Handcarry.Lab.Demo;

/// <summary>Something that has to hold at the end, asked of others than the product.</summary>
/// <param name="Holds">Whether it does.</param>
/// <param name="Fact">What was found.</param>
/// <param name="Command">How to find it by hand.</param>
internal sealed record Proof(bool Holds, Fact Fact, string Command);
