namespace Handcarry.Registries;

/// <summary>A request that a scripted registry was sent.</summary>
/// <param name="Method">GET, POST, ...</param>
/// <param name="Path">Path without query.</param>
/// <param name="Authorization">What was shown, if anything.</param>
/// <param name="Range">The part that was asked for, if any.</param>
/// <param name="Scheme">http or https.</param>
public sealed record SeenRequest(string Method, string Path, string? Authorization, string? Range, string Scheme);
