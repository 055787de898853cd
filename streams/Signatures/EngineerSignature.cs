using Handcarry.Streams.Content;

namespace Handcarry.Streams.Signatures;

/// <summary>A signature of a bundle's commitment by somebody who vouches for the bundle.</summary>
/// <param name="Algorithm"><c>ecdsa-p256-sha256</c> or <c>ed25519</c>.</param>
/// <param name="KeyId">SHA-256 of the public key's SubjectPublicKeyInfo in DER.</param>
/// <param name="Value">The signature.</param>
public sealed record EngineerSignature(string Algorithm, Digest KeyId, byte[] Value);
