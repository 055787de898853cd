using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Receipts;

/// <summary>
/// A receipt under the signature of an agent's certificate: a JSON Web Signature in the flattened JSON form (RFC 7515 section 7.2.2), with the certificate and those of the
/// authorities in <c>x5c</c>. The algorithm is ES256, ES384, ES512 or RS256 (RFC 7518 section 3.1), as the certificate's key has it.
/// </summary>
public sealed record SignedReceipt
{
    /// <summary><c>typ</c> of the protected header.</summary>
    public const string Type = "handcarry-receipt+json";

    /// <summary>Bytes that the file has at most.</summary>
    public const int MostBytes = 1 << 20;

    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    private SignedReceipt(Receipt receipt, X509Certificate2 signer) => (Receipt, Signer) = (receipt, signer);

    /// <summary>What was signed.</summary>
    public Receipt Receipt { get; }

    /// <summary>The certificate of the agent that has signed.</summary>
    public X509Certificate2 Signer { get; }

    /// <summary>Signs with <paramref name="certificate"/>, which has its private key; the file's bytes.</summary>
    public static byte[] Sign(Receipt receipt, X509Certificate2 certificate, IEnumerable<X509Certificate2> authorities)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(certificate);
        using var curve = certificate.GetECDsaPrivateKey();
        using var rsa = curve is null ? certificate.GetRSAPrivateKey() : null;
        var header = new Header(AlgorithmOf(curve), Type, [.. authorities.Prepend(certificate).Select(one => Convert.ToBase64String(one.RawData))]);
        var guarded = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header, ReceiptJson.Default.Header));
        var payload = Base64Url.EncodeToString(receipt.ToJson());
        var signed = Encoding.ASCII.GetBytes($"{guarded}.{payload}");
        var signature = curve?.SignData(signed, HashOf(header.Alg)) ?? rsa?.SignData(signed, HashOf(header.Alg), RSASignaturePadding.Pkcs1)
            ?? throw new CryptographicException($"The certificate {certificate.Subject} has no private key that signs.");
        return JsonSerializer.SerializeToUtf8Bytes(new Envelope(payload, guarded, Base64Url.EncodeToString(signature)), ReceiptJson.Default.Envelope);
    }

    /// <summary>
    /// Reads a file that an agent has signed whose certificate is of one of <paramref name="authorities"/>, at the time at which it was signed: certificates of agents live for
    /// days, and a stick may travel for weeks. The certificates that people have of the same authorities do not count, for they are good for clients alone.
    /// </summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidReceipt"/>: it is no receipt, was changed, or is signed by somebody else.</exception>
    public static SignedReceipt Verify(ReadOnlySpan<byte> file, IReadOnlyCollection<X509Certificate2> authorities)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        try
        {
            var envelope = JsonSerializer.Deserialize(file, ReceiptJson.Default.Envelope);
            if (envelope is not { Payload: not null, Protected: not null, Signature: not null })
                throw Invalid("it is not a signed one");
            var header = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(envelope.Protected), ReceiptJson.Default.Header);
            if (header is not { Type: Type, Certificates.Count: > 0 })
                throw Invalid("its signature is for something else");
            var signer = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(header.Certificates[0]));
            if (!HasSigned(signer, header.Alg, $"{envelope.Protected}.{envelope.Payload}", Base64Url.DecodeFromChars(envelope.Signature)))
                throw Invalid("it was changed after it was signed");
            var receipt = Receipt.Parse(Base64Url.DecodeFromChars(envelope.Payload));
            if (receipt.Format != Receipt.CurrentFormat)
                throw Invalid($"its format is {receipt.Format}, and only {Receipt.CurrentFormat} is known here; use a newer handcarry");
            Trust(signer, authorities, receipt);
            return new SignedReceipt(receipt, signer);
        }
        catch (Exception e) when (e is JsonException or FormatException or CryptographicException)
        {
            throw Invalid(e.Message.TrimEnd('.'), e);
        }
    }

    private static void Trust(X509Certificate2 signer, IReadOnlyCollection<X509Certificate2> authorities, Receipt receipt)
    {
        using var chain = new X509Chain
        {
            ChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationTime = receipt.Signed.UtcDateTime,
            },
        };
        foreach (var authority in authorities)
            chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerUsage));
        if (!chain.Build(signer))
        {
            var why = string.Join(", ", chain.ChainStatus.Select(static status => status.StatusInformation.Trim().TrimEnd('.')).Distinct(StringComparer.Ordinal));
            throw Invalid($"it is signed by {signer.Subject}, which is no agent of this site at that time ({why})");
        }
    }

    private static bool HasSigned(X509Certificate2 signer, string algorithm, string text, byte[] signature)
    {
        var signed = Encoding.ASCII.GetBytes(text);
        using var curve = signer.GetECDsaPublicKey();
        // Who names the algorithm must not choose it: it is that of the key.
        if (algorithm != AlgorithmOf(curve))
            return false;
        if (curve is not null)
            return curve.VerifyData(signed, signature, HashOf(algorithm));
        using var rsa = signer.GetRSAPublicKey();
        return rsa?.VerifyData(signed, signature, HashOf(algorithm), RSASignaturePadding.Pkcs1) == true;
    }

    private static string AlgorithmOf(ECDsa? curve) => curve?.KeySize switch
    {
        null => "RS256",
        <= 256 => "ES256",
        <= 384 => "ES384",
        _ => "ES512",
    };

    private static HashAlgorithmName HashOf(string algorithm) => algorithm switch
    {
        "ES384" => HashAlgorithmName.SHA384,
        "ES512" => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    private static ContentException Invalid(string why, Exception? cause = null) => new(Reasons.InvalidReceipt, $"This is no receipt to rely on: {why}.", cause);

    internal sealed record Header(
        string Alg, [property: JsonPropertyName("typ")] string Type, [property: JsonPropertyName("x5c")] IReadOnlyList<string> Certificates);

    internal sealed record Envelope(string Payload, string Protected, string Signature);
}
