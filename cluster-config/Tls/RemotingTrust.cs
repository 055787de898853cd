using Akka.Event;
using Akka.Remote.Transport.DotNetty;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>Akka.Remote's question whether a peer may be talked to, answered by the site's own authorities.</summary>
public static class RemotingTrust
{
    /// <summary>
    /// Trusts what <paramref name="trust"/> trusts as a TLS client. Akka asks the same callback as server and as client and does not say which;
    /// every certificate of this product that dials or is dialled has the client's usage. Without this callback Akka would
    /// ask the machine's trust store. A refusal is logged by Akka's own log of the system.
    /// </summary>
    public static CertificateValidationCallback TrustOnly(PeerTrust trust) => (certificate, _, peer, _, log) =>
    {
        var refusal = trust.Refusal(certificate, PeerTrust.ClientUsage);
        if (refusal is not null)
            log.Warning("Refused {0}, whose certificate \"{1}\" is not one of this site's: {2}", peer, certificate?.Subject ?? "", refusal);
        return refusal is null;
    };
}
