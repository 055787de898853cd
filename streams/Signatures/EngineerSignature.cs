using Handcarry.Streams.Content;

namespace Handcarry.Streams.Signatures;

/// <summary>The engineer's signature of a bundle. <see cref="EngineerKey.Sign"/> says what is signed.</summary>
/// <param name="Algorithm"><see cref="EcdsaP256Sha256"/> or <see cref="Ed25519"/>.</param>
/// <param name="KeyId">The <see cref="EngineerPublicKey.Id"/> of the key that belongs to it.</param>
/// <param name="Value">As openssl writes it: the DER of an ECDSA signature (RFC 3279 section 2.2.3), the 64 bytes of an Ed25519 signature.</param>
public sealed record EngineerSignature(string Algorithm, Digest KeyId, byte[] Value)
{
    /// <summary>ECDSA on the curve P-256 over a SHA-256, deterministic (RFC 6979).</summary>
    public const string EcdsaP256Sha256 = "ecdsa-p256-sha256";

    /// <summary>Ed25519 (RFC 8032), without a context.</summary>
    public const string Ed25519 = "ed25519";
}
