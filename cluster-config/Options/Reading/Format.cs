namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary>How a value is written.</summary>
/// <param name="Expected">For people: "a duration such as 20s, 1s to 10m".</param>
/// <param name="Parse">Reads a text; null when it is not written so.</param>
/// <param name="Secret">Whether the text must not appear in messages.</param>
internal sealed record Format<T>(string Expected, Func<string, Parsed<T>?> Parse, bool Secret = false);
