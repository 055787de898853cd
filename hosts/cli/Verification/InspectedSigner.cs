using Handcarry.Streams.Content;

namespace Handcarry.Cli.Verification;

/// <summary>A signature of an engineer.</summary>
/// <param name="KeyId">Id of the key.</param>
/// <param name="Algorithm">Its algorithm.</param>
/// <param name="Valid">Whether the signature holds; null when the key was not given.</param>
internal sealed record InspectedSigner(Digest KeyId, string Algorithm, bool? Valid);
