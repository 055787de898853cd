namespace Handcarry.Streams.Registry.Client;

/// <summary>Something failed and is tried again: for a progress line, not an error yet.</summary>
/// <param name="What">What is fetched, such as <c>blob sha256:...</c>.</param>
/// <param name="Why">One sentence: what failed, and where.</param>
/// <param name="Delay">How long until the next attempt.</param>
public sealed record RegistryNotice(string What, string Why, TimeSpan Delay);
