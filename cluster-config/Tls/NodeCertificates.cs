using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Handcarry.ClusterConfig.Options;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>What this process shows to others, and whom it trusts.</summary>
public sealed class NodeCertificates : IDisposable
{
    private NodeCertificates(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> authorities)
    {
        Leaf = leaf;
        Authorities = authorities;
        Trust = new PeerTrust(authorities);
    }

    /// <summary>The certificate with its private key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>The authorities of <c>tls.ca</c>.</summary>
    public IReadOnlyList<X509Certificate2> Authorities { get; }

    /// <summary>Trusts those authorities and no others.</summary>
    public PeerTrust Trust { get; }

    /// <summary>
    /// Loads the three PEM files and checks them: the key belongs to the certificate, one of the authorities issued the certificate, it may be used
    /// as TLS client and (unless <paramref name="clientOnly"/>) as server, and it is valid at <paramref name="clock"/>'s time.
    /// Throws <see cref="CertificateException"/> naming the file that is wrong.
    /// </summary>
    public static NodeCertificates Load(TlsOptions options, TimeProvider? clock = null, bool clientOnly = false)
    {
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        var authorities = LoadAuthorities(options.Ca);
        var leaf = LoadLeaf(options);
        if (now < leaf.NotBefore.ToUniversalTime() || now > leaf.NotAfter.ToUniversalTime())
            throw new CertificateException(options.Certificate, $"The certificate is valid from {leaf.NotBefore.ToUniversalTime():u} to {leaf.NotAfter.ToUniversalTime():u}, and now it is {now:u}: renew it, or set this machine's clock.");

        var certificates = new NodeCertificates(leaf, authorities);
        string[] usages = clientOnly ? [PeerTrust.ClientUsage] : [PeerTrust.ClientUsage, PeerTrust.ServerUsage];
        foreach (var usage in usages)
        {
            if (certificates.Trust.Refusal(leaf, usage, now) is { } refusal)
                throw new CertificateException(options.Certificate, $"The certificate \"{leaf.Subject}\" cannot be used with the authorities in {options.Ca} as TLS {(usage == PeerTrust.ClientUsage ? "client" : "server")}: {refusal}");
        }

        return certificates;
    }

    /// <summary>Whether the certificate in a file is one of a client, usable as TLS client only; false when the file cannot be read, which <see cref="Load"/> tells.</summary>
    public static bool IsClientOnly(string file)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
            return certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault()?.EnhancedKeyUsages.OfType<Oid>().All(usage => usage.Value != PeerTrust.ServerUsage) == true;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Leaf.Dispose();
        foreach (var authority in Authorities)
            authority.Dispose();
    }

    private static List<X509Certificate2> LoadAuthorities(string file)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, "certificates of authorities", e);
        }

        if (found.Count == 0)
            throw new CertificateException(file, "The file holds no certificate; expected the authorities' certificates in PEM form.");
        foreach (var authority in found)
        {
            if (authority.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
                throw new CertificateException(file, $"\"{authority.Subject}\" is not an authority's certificate: it lacks the basic constraint CA.");
        }

        return [.. found];
    }

    private static X509Certificate2 LoadLeaf(TlsOptions options)
    {
        string certificate, key;
        try
        {
            certificate = File.ReadAllText(options.Certificate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(options.Certificate, "a certificate", e);
        }

        try
        {
            key = File.ReadAllText(options.Key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(options.Key, "a private key", e);
        }

        try
        {
            using var alone = X509Certificate2.CreateFromPem(certificate);
        }
        catch (CryptographicException e)
        {
            throw Unreadable(options.Certificate, "a certificate", e);
        }

        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CertificateException(options.Key, $"The file does not hold the unencrypted PEM private key of the certificate in {options.Certificate}: {e.Message}", e);
        }
    }

    private static CertificateException Unreadable(string file, string what, Exception e) =>
        new(file, $"The file cannot be read as {what} in PEM form: {e.Message}", e);
}
