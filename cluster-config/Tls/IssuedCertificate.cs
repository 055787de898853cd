using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>A certificate together with its private key.</summary>
public sealed class IssuedCertificate : IDisposable
{
    internal IssuedCertificate(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>The certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Writes both as PEM files (the key as PKCS #8) with mode 0600, each complete or not at all, replacing what was there.</summary>
    public void Write(string certificatePath, string keyPath)
    {
        using var key = Certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The certificate has no elliptic-curve key.");
        PemFile.Write(keyPath, key.ExportPkcs8PrivateKeyPem());
        PemFile.Write(certificatePath, Certificate.ExportCertificatePem());
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();
}
