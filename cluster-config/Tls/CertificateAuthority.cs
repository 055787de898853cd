using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>
/// A small authority of a site's own: ECDSA P-256 with SHA-256, certificates usable as TLS server and client. Its private key can issue
/// a certificate for any node; keep it where only the installer reaches it.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>Organizational unit of the certificates of clients.</summary>
    public const string ClientUnit = "handcarry client";

    private const int LongestName = 64;

    // Clocks of nodes without a time server differ; a certificate is valid a little before it was made.
    private static readonly TimeSpan Backdated = TimeSpan.FromMinutes(10);

    private readonly X509Certificate2 _certificate;
    private readonly TimeProvider _clock;

    private CertificateAuthority(X509Certificate2 certificate, TimeProvider clock)
    {
        _certificate = certificate;
        _clock = clock;
    }

    /// <summary>The authority's own certificate, with its key.</summary>
    public X509Certificate2 Certificate => _certificate;

    /// <summary>Makes a new self-signed authority with common name <paramref name="name"/>, valid for <paramref name="validity"/>.</summary>
    public static CertificateAuthority Create(string name, TimeSpan validity, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = clock.GetUtcNow();
        return new CertificateAuthority(request.CreateSelfSigned(now - Backdated, now + validity), clock);
    }

    /// <summary>Loads an authority that <see cref="Write"/> wrote. Throws <see cref="CertificateException"/> when the files do not hold one.</summary>
    public static CertificateAuthority Load(string certificatePath, string keyPath, TimeProvider? clock = null)
    {
        try
        {
            return new CertificateAuthority(X509Certificate2.CreateFromPemFile(certificatePath, keyPath), clock ?? TimeProvider.System);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CertificateException(certificatePath, $"The file and {keyPath} cannot be read as an authority's certificate and key: {e.Message}", e);
        }
    }

    /// <summary>
    /// Issues a certificate with a new key. <paramref name="names"/> are the DNS names and IP addresses it stands for, at least one.
    /// It ends after <paramref name="validity"/>, or with the authority when that is sooner.
    /// </summary>
    public IssuedCertificate Issue(string commonName, IReadOnlyCollection<string> names, TimeSpan validity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(commonName, key);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(PeerTrust.ServerUsage), new Oid(PeerTrust.ClientUsage)], false));
        request.CertificateExtensions.Add(AlternativeNames(names));
        using var bare = Sign(request, validity);
        return new IssuedCertificate(bare.CopyWithPrivateKey(key));
    }

    /// <summary>
    /// Issues a client's certificate, as PEM, for the key of a signing request (PKCS #10, PEM), whose signature shows that whoever asks has the key. Nothing else of the request
    /// counts. The certificate is usable as TLS client only, stands for no host, and has the organizational unit <see cref="ClientUnit"/>. Throws
    /// <see cref="CryptographicException"/> when the request is none, or its key is not one of P-256.
    /// </summary>
    /// <param name="user">Who it is for; the common name, cut to 64 characters, the most that one may have (RFC 5280, ub-common-name).</param>
    /// <param name="request">The signing request.</param>
    /// <param name="validity">How long it is valid; it ends with the authority when that is sooner.</param>
    public string IssueClient(string user, string request, TimeSpan validity)
    {
        ArgumentNullException.ThrowIfNull(user);
        CertificateRequest asked;
        try
        {
            asked = CertificateRequest.LoadSigningRequestPem(request, HashAlgorithmName.SHA256);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException(e.Message, e);
        }
        using var key = asked.PublicKey.GetECDsaPublicKey();
        if (key?.KeySize != 256)
            throw new CryptographicException("The key of a client is one of the elliptic curve P-256.");
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationalUnitName(ClientUnit);
        subject.AddCommonName(user.Length > LongestName ? user[..LongestName] : user);
        var issued = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        issued.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(PeerTrust.ClientUsage)], true));
        using var bare = Sign(issued, validity);
        return bare.ExportCertificatePem() + "\n";
    }

    /// <summary>Loads an authority of its PEM texts. Throws <see cref="CryptographicException"/> or <see cref="ArgumentException"/> when they are none.</summary>
    internal static CertificateAuthority FromPem(string certificate, string key, TimeProvider? clock = null) =>
        new(X509Certificate2.CreateFromPem(certificate, key), clock ?? TimeProvider.System);

    /// <summary>Certificate and key as PEM texts.</summary>
    internal (string Certificate, string Key) ToPem()
    {
        using var key = _certificate.GetECDsaPrivateKey()!;
        return (_certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Writes the authority's certificate to <paramref name="certificatePath"/> and, when <paramref name="keyPath"/> is given, its key; PEM, mode 0600.</summary>
    public void Write(string certificatePath, string? keyPath = null)
    {
        if (keyPath is not null)
            PemFile.Write(keyPath, ToPem().Key);
        PemFile.Write(certificatePath, _certificate.ExportCertificatePem());
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    private X509Certificate2 Sign(CertificateRequest request, TimeSpan validity)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        var now = _clock.GetUtcNow();
        var (notBefore, notAfter) = (now - Backdated, now + validity);
        if (notBefore < _certificate.NotBefore.ToUniversalTime())
            notBefore = _certificate.NotBefore.ToUniversalTime();
        if (notAfter > _certificate.NotAfter.ToUniversalTime())
            notAfter = _certificate.NotAfter.ToUniversalTime();
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x3f | 0x40); // positive, and never shorter than it looks (RFC 5280 section 4.1.2.2)
        return request.Create(_certificate, notBefore, notAfter, serial);
    }

    private static CertificateRequest Request(string commonName, ECDsa key)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(commonName);
        return new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
    }

    private static X509Extension AlternativeNames(IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
            throw new ArgumentException("A certificate needs at least one DNS name or IP address.", nameof(names));
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                builder.AddIpAddress(address);
            else
                builder.AddDnsName(name);
        }

        return builder.Build();
    }
}
