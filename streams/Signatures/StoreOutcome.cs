namespace Handcarry.Streams.Signatures;

/// <summary>What asking one store came to.</summary>
/// <param name="Store">The store.</param>
/// <param name="Found">How many signatures it had.</param>
/// <param name="Failure">
/// Null when it answered all that it was asked; otherwise a sentence for a warning, whose reason word is
/// <see cref="Content.Reasons.SignatureStoreFailed"/>. Signatures found before still count.
/// </param>
public sealed record StoreOutcome(SignatureStore Store, int Found, string? Failure);
