using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>
/// Trusts certificates issued by the site's own authorities and no others: the machine's trust store is not asked, nothing is fetched from a network.
/// </summary>
public sealed class PeerTrust
{
    /// <summary>Extended key usage of a TLS server (RFC 5280 section 4.2.1.12).</summary>
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    /// <summary>Extended key usage of a TLS client (RFC 5280 section 4.2.1.12).</summary>
    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2Collection _roots = [];
    private readonly X509Certificate2Collection _intermediates = [];

    /// <summary>Trusts <paramref name="authorities"/>; those that are not self-signed only help to build a chain to one that is.</summary>
    public PeerTrust(IEnumerable<X509Certificate2> authorities)
    {
        foreach (var authority in authorities)
            (authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData) ? _roots : _intermediates).Add(authority);
    }

    /// <summary>
    /// Why <paramref name="certificate"/> is not trusted for <paramref name="usage"/> (<see cref="ServerUsage"/> or <see cref="ClientUsage"/>) now;
    /// null when it is.
    /// </summary>
    public string? Refusal(X509Certificate2? certificate, string usage) => Refusal(certificate, usage, at: null);

    /// <summary>As the other, at a given time.</summary>
    public string? Refusal(X509Certificate2? certificate, string usage, DateTimeOffset? at)
    {
        if (certificate is null)
            return "no certificate was shown";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.ExtraStore.AddRange(_intermediates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(usage));
        if (at is { } time)
            chain.ChainPolicy.VerificationTime = time.UtcDateTime;
        if (chain.Build(certificate))
            return null;
        return string.Join("; ", chain.ChainStatus.Select(status => $"{status.Status}: {status.StatusInformation.Trim()}").Distinct());
    }
}
