using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Handcarry.Streams.Registry;

/// <summary>
/// Who this node is on the data plane, and whom it believes. Peers are known by their chain and what it is good for: whoever shows a certificate of one of
/// the authorities that is good for both sides of a connection is an agent of this cluster; those of clients are good for one. Host names are no part of it, because a node's address may change and a name
/// would need a DNS that the site may not have; and every byte is checked against its digest anyway.
/// </summary>
public sealed class PeerIdentity
{
    // Extended key usages of a TLS server and a TLS client (RFC 5280 section 4.2.1.12).
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1", ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <summary>Makes one.</summary>
    /// <param name="certificate">This node's certificate with its private key, good for TLS server and client authentication.</param>
    /// <param name="authorities">The authorities that sign the agents' certificates: one, or two while the authority is being replaced.</param>
    /// <exception cref="ArgumentException">The certificate has no private key, or there is no authority.</exception>
    public PeerIdentity(X509Certificate2 certificate, params X509Certificate2[] authorities)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(authorities);
        if (!certificate.HasPrivateKey)
            throw new ArgumentException($"The certificate {certificate.Subject} comes without its private key.", nameof(certificate));
        if (authorities.Length == 0)
            throw new ArgumentException("At least one certificate authority is needed to know peers by.", nameof(authorities));
        Certificate = certificate;
        Authorities = [.. authorities];
    }

    /// <summary>This node's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authorities that sign the agents' certificates.</summary>
    public IReadOnlyList<X509Certificate2> Authorities { get; }

    /// <summary>
    /// The rule for a peer's chain: our authorities and no others, whatever the machine trusts. A disconnected site can ask nobody
    /// about revocation or missing intermediates. Both usages are asked of both sides, so that the certificate of a client, who may ask agents and no more, is not
    /// that of an agent.
    /// </summary>
    internal X509ChainPolicy CreateChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        foreach (var authority in Authorities)
            policy.CustomTrustStore.Add(authority);
        policy.ApplicationPolicy.Add(new Oid(ServerUsage));
        policy.ApplicationPolicy.Add(new Oid(ClientUsage));
        return policy;
    }
}
