using Handcarry.ClusterConfig.Tls;

namespace Handcarry.Lab.Site;

/// <summary>The certificates of a site: an authority of its own, whose key is not kept, one certificate per node, one for the CLI.</summary>
internal static class SiteCertificates
{
    /// <summary>Where all nodes of a site without a network of its own live.</summary>
    public const string Host = "127.0.0.1";

    /// <summary>Name of the CLI's certificate.</summary>
    public const string Operator = "engineer";

    private static readonly TimeSpan Validity = TimeSpan.FromDays(2);

    public static string AuthorityPath(SiteFolder site) => Path.Combine(site.Certificates, "ca.crt");

    public static (string Certificate, string Key) PathsOf(SiteFolder site, string name) =>
        (Path.Combine(site.Certificates, $"{name}.crt"), Path.Combine(site.Certificates, $"{name}.key"));

    /// <param name="site">Where they are written.</param>
    /// <param name="nodes">Whom they are for, besides the CLI.</param>
    /// <param name="addresses">Addresses of nodes besides <see cref="Host"/>.</param>
    public static void Issue(SiteFolder site, IEnumerable<string> nodes, IReadOnlyDictionary<string, string>? addresses = null)
    {
        Directory.CreateDirectory(site.Certificates);
        using var authority = CertificateAuthority.Create("Handcarry lab site", Validity);
        authority.Write(AuthorityPath(site));
        foreach (var name in nodes.Append(Operator))
        {
            string[] own = addresses?.TryGetValue(name, out var address) == true ? [address] : [];
            using var issued = authority.Issue(name, [name, "localhost", Host, .. own], Validity);
            var (certificate, key) = PathsOf(site, name);
            issued.Write(certificate, key);
        }
    }
}
