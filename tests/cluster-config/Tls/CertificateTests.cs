using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.ClusterConfig.Tests.Tls;

public sealed class CertificateTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("site", 10 * Day);

    public CertificateTests()
    {
        _authority.Write(_folder["ca.crt"], _folder["ca.key"]);
        Issue(_authority, "leaf");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_certificate_of_the_authority_is_loaded_with_its_key_and_trusted_for_both_usages()
    {
        using var certificates = NodeCertificates.Load(Files());
        Assert.True(certificates.Leaf.HasPrivateKey);
        Assert.Null(certificates.Trust.Refusal(certificates.Leaf, PeerTrust.ServerUsage));
        Assert.Null(certificates.Trust.Refusal(certificates.Leaf, PeerTrust.ClientUsage));
    }

    [Fact]
    public void A_certificate_names_the_hosts_and_addresses_it_stands_for()
    {
        using var certificates = NodeCertificates.Load(Files());
        Assert.True(certificates.Leaf.MatchesHostname("node.example"));
        Assert.True(certificates.Leaf.MatchesHostname("10.1.2.3"));
        Assert.True(certificates.Leaf.MatchesHostname("fd00::7"));
        Assert.False(certificates.Leaf.MatchesHostname("other.example"));
    }

    [Fact]
    public void A_clients_certificate_is_for_the_requests_key_and_the_users_name_and_nothing_else_of_the_request_counts()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node-1", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(PeerTrust.ServerUsage)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("node-1");
        request.CertificateExtensions.Add(names.Build());
        using var issued = X509Certificate2.CreateFromPem(_authority.IssueClient("carol", request.CreateSigningRequestPem(), Day));
        Assert.Equal("OU=handcarry client, CN=carol", string.Join(", ", issued.Subject.Split(", ").Order(StringComparer.Ordinal).Reverse()));
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), issued.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.False(issued.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.DoesNotContain(issued.Extensions, extension => extension is X509SubjectAlternativeNameExtension);
        var trust = new PeerTrust([_authority.Certificate]);
        Assert.Null(trust.Refusal(issued, PeerTrust.ClientUsage));
        Assert.NotNull(trust.Refusal(issued, PeerTrust.ServerUsage));
    }

    [Fact]
    public void A_signing_request_that_is_none_or_not_signed_by_its_key_or_of_another_kind_of_key_is_refused()
    {
        Assert.Throws<CryptographicException>(() => _authority.IssueClient("carol", "hello", Day));
        using var rsa = RSA.Create(2048);
        Assert.Throws<CryptographicException>(() => _authority.IssueClient("carol", new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem(), Day));
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<CryptographicException>(() => _authority.IssueClient("carol", new CertificateRequest("CN=x", large, HashAlgorithmName.SHA384).CreateSigningRequestPem(), Day));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        der[^1] ^= 1;
        Assert.Throws<CryptographicException>(() => _authority.IssueClient("carol", PemEncoding.WriteString("CERTIFICATE REQUEST", der), Day));
    }

    [Fact]
    public void A_user_with_a_long_name_gets_a_certificate_too()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = "system:serviceaccount:" + new string('a', 63) + ":" + new string('b', 200);
        using var issued = X509Certificate2.CreateFromPem(_authority.IssueClient(name, new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequestPem(), Day));
        Assert.Equal(name[..64], issued.GetNameInfo(X509NameType.SimpleName, false));
    }

    [Fact]
    public void A_certificate_of_another_authority_is_refused_though_it_has_the_same_name()
    {
        using var other = CertificateAuthority.Create("site", Day);
        Issue(other, "leaf");
        AssertWrong("leaf.crt", "cannot be used with the authorities");
        using var issued = other.Issue("x", ["x"], Day);
        Assert.NotNull(new PeerTrust([_authority.Certificate]).Refusal(issued.Certificate, PeerTrust.ClientUsage));
    }

    [Fact]
    public void During_a_change_of_authority_both_are_trusted()
    {
        using var next = CertificateAuthority.Create("next", Day);
        next.Write(_folder["next.crt"]);
        File.AppendAllText(_folder["ca.crt"], File.ReadAllText(_folder["next.crt"]));
        Issue(next, "leaf");
        using var certificates = NodeCertificates.Load(Files());
        using var old = _authority.Issue("old", ["old"], Day);
        Assert.Null(certificates.Trust.Refusal(old.Certificate, PeerTrust.ClientUsage));
    }

    [Fact]
    public void A_certificate_that_has_expired_or_is_not_valid_yet_is_refused_with_its_dates()
    {
        AssertWrong("leaf.crt", "and now it is", new At(TimeProvider.System.GetUtcNow() + (3 * Day)));
        AssertWrong("leaf.crt", "and now it is", new At(TimeProvider.System.GetUtcNow() - Day));
    }

    [Fact]
    public void A_certificate_does_not_outlive_its_authority()
    {
        using var issued = _authority.Issue("x", ["x"], 100 * Day);
        Assert.Equal(_authority.Certificate.NotAfter, issued.Certificate.NotAfter);
    }

    [Fact]
    public void The_key_of_another_certificate_is_named()
    {
        using var other = _authority.Issue("x", ["x"], Day);
        other.Write(_folder["x.crt"], _folder["leaf.key"]);
        AssertWrong("leaf.key", "does not hold the unencrypted PEM private key");
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("leaf.crt")]
    [InlineData("leaf.key")]
    public void A_file_that_is_absent_or_is_no_PEM_is_named(string file)
    {
        File.WriteAllText(_folder[file], "-----BEGIN NOTHING-----\n");
        AssertWrong(file, "");
        File.Delete(_folder[file]);
        AssertWrong(file, "cannot be read");
    }

    [Fact]
    public void A_leaf_in_place_of_the_authority_is_named()
    {
        File.Copy(_folder["leaf.crt"], _folder["ca.crt"], overwrite: true);
        AssertWrong("ca.crt", "not an authority's certificate");
    }

    [Fact]
    public void Files_are_readable_by_their_owner_only_and_nothing_is_left_beside_them()
    {
        foreach (var file in Directory.GetFiles(_folder.Path))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(["ca.crt", "ca.key", "leaf.crt", "leaf.key"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_authority_that_was_written_issues_again()
    {
        using var again = CertificateAuthority.Load(_folder["ca.crt"], _folder["ca.key"]);
        Issue(again, "leaf");
        NodeCertificates.Load(Files()).Dispose();
    }

    private void Issue(CertificateAuthority authority, string name)
    {
        using var issued = authority.Issue(name, ["node.example", "10.1.2.3", "fd00::7"], Day);
        issued.Write(_folder[name + ".crt"], _folder[name + ".key"]);
    }

    private TlsOptions Files() => new() { Ca = _folder["ca.crt"], Certificate = _folder["leaf.crt"], Key = _folder["leaf.key"] };

    private void AssertWrong(string file, string message, TimeProvider? clock = null)
    {
        var wrong = Assert.Throws<CertificateException>(() => NodeCertificates.Load(Files(), clock));
        Assert.Equal(_folder[file], wrong.File);
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
