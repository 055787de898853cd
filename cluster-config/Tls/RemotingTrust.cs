using Akka.Event;
using Akka.Remote.Transport.DotNetty;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>Akka.Remote's question whether a peer may be talked to, answered by the site's own authorities.</summary>
public static class RemotingTrust
{
    /// <summary>
    /// Trusts what <paramref name="trust"/> trusts both as TLS server and as client. Akka asks the same callback as server and as client and does not say which;
    /// every agent's certificate has both usages. One that <c>handcarry login</c> has got has the client's alone, and with it nobody comes here, where all
    /// actors that agents have for one another could be told anything. Without this callback Akka would ask the machine's trust store. A refusal is logged by
    /// Akka's own log of the system.
    /// </summary>
    public static CertificateValidationCallback TrustOnly(PeerTrust trust) => (certificate, _, peer, _, log) =>
    {
        var refusal = trust.Refusal(certificate, PeerTrust.ClientUsage) ?? trust.Refusal(certificate, PeerTrust.ServerUsage);
        if (refusal is not null)
            log.Warning("Refused {0}, whose certificate \"{1}\" is not one of this site's agents: {2}", peer, certificate?.Subject ?? "", refusal);
        return refusal is null;
    };
}
