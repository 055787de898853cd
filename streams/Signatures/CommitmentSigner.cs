using System.Text;
using Handcarry.Streams.Content;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Signers;

namespace Handcarry.Streams.Signatures;

/// <summary>The two signature algorithms, and the text that is signed.</summary>
internal static class CommitmentSigner
{
    public static ISigner Create(string algorithm) => algorithm == EngineerSignature.Ed25519
        ? new Ed25519Signer()
        : new DsaDigestSigner(new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest())), new Sha256Digest(), StandardDsaEncoding.Instance);

    // The first line keeps the signature from being taken for one of anything else that is signed with the same key.
    public static byte[] Message(Digest commitment) => commitment == default
        ? throw new ArgumentException("There is no commitment to sign or verify.", nameof(commitment))
        : Encoding.UTF8.GetBytes($"handcarry bundle commitment v1\n{commitment}\n");
}
