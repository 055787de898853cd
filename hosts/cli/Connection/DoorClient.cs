using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.Cli.Connection;

/// <summary>One connection to an agent's door; one request at a time.</summary>
internal sealed class DoorClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SslStream _tls;

    private DoorClient(SslStream tls) => _tls = tls;

    /// <summary>What the agent has shown.</summary>
    public X509Certificate2 Shown => (X509Certificate2)_tls.RemoteCertificate!;

    /// <summary>Connects. Throws <see cref="IOException"/> with the reason when that cannot be done within 10 s.</summary>
    /// <param name="doorway">To whom.</param>
    /// <param name="own">The certificate to show; null for none.</param>
    /// <param name="trust">Whom to believe; null to look at <see cref="Shown"/> later.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<DoorClient> OpenAsync(IDoorway doorway, X509Certificate2? own, PeerTrust? trust, CancellationToken cancellationToken)
    {
        string? distrust = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        Stream? stream = null;
        try
        {
            stream = await doorway.OpenAsync(limit.Token);
            var tls = new SslStream(stream);
            stream = tls;
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "",
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ApplicationProtocols = [new SslApplicationProtocol(ClientFrames.Protocol)],
                    ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
                    RemoteCertificateValidationCallback = (_, shown, _, _) =>
                        shown is X509Certificate2 certificate && (distrust = trust?.Refusal(certificate, PeerTrust.ServerUsage)) is null,
                },
                limit.Token);
            return new DoorClient(tls);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await EndAsync(stream);
            throw new IOException(distrust is null ? e.InnerException?.Message ?? e.Message : $"its certificate is not of this site: {distrust}", e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await EndAsync(stream);
            throw new IOException($"it does not answer within {Patience.TotalSeconds} s");
        }
        catch
        {
            await EndAsync(stream);
            throw;
        }
    }

    /// <summary>Asks. Throws <see cref="IOException"/> when there is no answer, after which there will be none.</summary>
    public async Task<ClientReply> AskAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await ClientFrames.WriteAsync(_tls, request, cancellationToken);
            return await ClientFrames.ReadReplyAsync(_tls, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public ValueTask DisposeAsync() => _tls.DisposeAsync();

    private static ValueTask EndAsync(Stream? stream) => stream?.DisposeAsync() ?? ValueTask.CompletedTask;
}
