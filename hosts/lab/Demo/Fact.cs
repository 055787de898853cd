namespace Handcarry.Lab.Demo;

/// <summary>Something the demo found out: a sentence for people, values for scripts.</summary>
/// <param name="Name">What kind of fact; stable, scripts go by it.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Values">The values, by name.</param>
internal sealed record Fact(string Name, string Text, params (string Name, object? Value)[] Values);
