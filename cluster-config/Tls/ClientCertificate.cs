using System.Security.Cryptography.X509Certificates;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>What <c>handcarry login</c> is given.</summary>
/// <param name="Certificate">The certificate, PEM. It is usable as TLS client only.</param>
/// <param name="Authorities">Whom to trust at this site, PEM.</param>
/// <param name="Until">When it ends.</param>
public sealed record ClientCertificate(string Certificate, string Authorities, DateTimeOffset Until)
{
    /// <summary>How long one is valid: a working day with the night after it.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromHours(12);

    /// <summary>
    /// Issues one with the site's authority. Throws <see cref="CertificateException"/> naming <paramref name="place"/> when there is no usable authority,
    /// <see cref="System.Security.Cryptography.CryptographicException"/> when the request is none, and whatever <see cref="AuthorityKeeping.Read"/> throws.
    /// </summary>
    /// <param name="keeping">Where the authority is kept.</param>
    /// <param name="place">Its name, for messages.</param>
    /// <param name="user">Who asks, as the cluster knows him.</param>
    /// <param name="request">See <see cref="CertificateAuthority.IssueClient"/>.</param>
    /// <param name="clock">By what clock it is issued.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ClientCertificate> IssueAsync(
        AuthorityKeeping keeping, string place, string user, string request, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keeping);
        var kept = await keeping.Read(cancellationToken)
            ?? throw new CertificateException(place, "It is not there: the agents make it when they start.");
        var authority = SiteAuthority.Read(kept.Entries, place);
        using var issuer = authority.Issuer(clock);
        var pem = issuer.IssueClient(user, request, Validity);
        using var issued = X509Certificate2.CreateFromPem(pem);
        return new ClientCertificate(pem, authority.Trusted, issued.NotAfter.ToUniversalTime());
    }
}
