using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.Cli.Connection;

/// <summary>Finds out in plain TCP and TLS what is wrong with a contact, to say more than that nobody answered.</summary>
internal static class ContactProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The local address from which <paramref name="contact"/> is reached; null, with a reason, when there is no way to it. Nothing is sent: a
    /// connection that is opened and closed again would stand in the agent's log as an attack.
    /// </summary>
    public static async Task<(IPAddress? Local, string Reason)> RouteAsync(Endpoint contact, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(contact.Host, cancellationToken);
            using var udp = new Socket(addresses[0].AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await udp.ConnectAsync(addresses[0], contact.Port, cancellationToken);
            return (((IPEndPoint)udp.LocalEndPoint!).Address, "");
        }
        catch (SocketException e)
        {
            return (null, e.Message);
        }
    }

    /// <summary>What a TLS handshake with <paramref name="contact"/>, which accepts connections but does not answer, comes to.</summary>
    public static async Task<(ContactState State, string Reason)> ShakeHandsAsync(Endpoint contact, NodeCertificates certificates, CancellationToken cancellationToken)
    {
        string? distrust = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(contact.Host, contact.Port, limit.Token);
            await using var tls = new SslStream(tcp.GetStream());
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = contact.Host,
                ClientCertificates = [certificates.Leaf],
                EnabledSslProtocols = SslProtocols.Tls12,
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    (distrust = certificates.Trust.Refusal(shown as X509Certificate2, PeerTrust.ServerUsage)) is null,
            };
            await tls.AuthenticateAsClientAsync(options, limit.Token);

            // With TLS 1.2 the server judges our certificate before the handshake ends, but closes only afterwards.
            var one = new byte[1];
            await tls.ReadExactlyAsync(one, limit.Token);
            return (ContactState.Silent, "it is an agent's port, and it does not answer");
        }
        catch (Exception e) when (distrust is not null && e is AuthenticationException or IOException)
        {
            return (ContactState.Stranger, $"its certificate is not of this site: {distrust}");
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return (ContactState.Refusing, $"it ends the connection when it sees this certificate: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (ContactState.Silent, "it accepts this certificate, and does not answer");
        }
        catch (SocketException e)
        {
            return (ContactState.Unreachable, e.Message);
        }
    }
}
