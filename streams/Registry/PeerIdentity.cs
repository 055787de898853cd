using System.Security.Cryptography.X509Certificates;

namespace Handcarry.Streams.Registry;

/// <summary>
/// Who this node is on the data plane, and whom it believes. Peers are known by their chain alone: whoever shows a certificate of one of
/// the authorities is an agent of this cluster. Host names are no part of it, because a node's address may change and a name
/// would need a DNS that the site may not have; the authority signs nothing but agents, and every byte is checked against its digest anyway.
/// </summary>
public sealed class PeerIdentity
{
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
    /// about revocation or missing intermediates. SslStream itself adds that the certificate is for the side that shows it.
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
        return policy;
    }
}
