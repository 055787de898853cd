using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Handcarry.Streams.Registry;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>A certificate authority that lives as long as a test.</summary>
internal sealed class TestAuthority
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private int _serial;

    public TestAuthority(string name = "the site")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>What every agent gets: good for both sides of a connection.</summary>
    public PeerIdentity Identity(string node) => new(Issue(node, ServerAuthentication, ClientAuthentication), Certificate);

    public X509Certificate2 Issue(string node, params string[] usages) => Issue(node, TimeSpan.FromMinutes(30), usages);

    public X509Certificate2 Issue(string node, TimeSpan until, params string[] usages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={node}", key, HashAlgorithmName.SHA256);
        var purposes = new OidCollection();
        foreach (var usage in usages)
            purposes.Add(new Oid(usage));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(purposes, false));
        // Programs that look at names, other than peers, find the nodes of tests here.
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var serial = BitConverter.GetBytes(Interlocked.Increment(ref _serial));
        using var issued = request.Create(Certificate, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow + until, serial);
        return issued.CopyWithPrivateKey(key);
    }
}
