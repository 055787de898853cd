using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Connection;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.Cli.Login;

/// <summary>
/// Gets a certificate from an agent: a new key is made, which never leaves this machine, and the agent is asked to certify it for whom the token belongs to. The token is
/// given to nobody but an agent: one that the site's authority has certified, or, where that is not known yet, one that the API server leads to.
/// </summary>
internal static class ClientLogin
{
    /// <summary>Gets and keeps it; what the agent says. Throws <see cref="IOException"/> when the agent cannot be reached, and <see cref="CliException"/> when it refuses.</summary>
    /// <param name="doorway">The agent.</param>
    /// <param name="trust">The site's authorities; null when they are not known yet.</param>
    /// <param name="token">Who asks.</param>
    /// <param name="store">Where it is kept.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ClientReply> RunAsync(IDoorway doorway, PeerTrust? trust, string token, LoginStore store, CancellationToken cancellationToken)
    {
        if (trust is null && !doorway.IsVouchedFor)
            throw new CliException(ExitCode.Usage, $"Nothing says that {doorway.Name} is an agent of this site, so that it cannot be given your token: name the site's authority with --ca FILE, or leave --contact out and come through the cluster's API.");
        await using var client = await DoorClient.OpenAsync(doorway, null, trust, cancellationToken);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=handcarry", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var reply = await client.AskAsync(new ClientRequest(token, new ClientCommand(ClientVerb.Login) { SigningRequest = request }), cancellationToken);
        if (reply.Reason.Length > 0)
            throw Answers.Refused(reply);
        try
        {
            if (LoginStore.TrustIn(reply.Authorities).Refusal(client.Shown, PeerTrust.ServerUsage) is { } strange)
                throw new CliException(ExitCode.Refused, $"{doorway.Name} is not certified by the authority that it names ({strange}): it is no agent of this site.");
        }
        catch (CryptographicException e)
        {
            throw new CliException(ExitCode.Refused, $"{doorway.Name} answered with something that is no certificate: {e.Message}", e);
        }
        store.Save(reply.Certificate, key.ExportPkcs8PrivateKeyPem(), reply.Authorities);
        return reply;
    }
}
