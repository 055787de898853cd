using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.ClusterConfig.Tls;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent.Clients;

/// <summary>
/// Where people's certificates are good: requests of clients over TLS 1.3, and nothing else; Akka.Remote and the data plane take certificates of agents only.
/// <code>
/// 1. A client shows a certificate of this site that is usable as TLS client: all its requests are answered, each judged by its token.
/// 2. It shows none: it is answered one request, for a certificate (handcarry login), which is judged by its token as well.
/// 3. It shows another, or one that has ended: it is told so, and the attempt is told.
/// </code>
/// So many at once at most, each with so much time for its handshake and for its next request.
/// </summary>
internal sealed partial class ClientDoor : IAsyncDisposable
{
    /// <summary>Connections at once at most; the next ones are closed.</summary>
    public const int MostConnections = 128;

    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private readonly List<Socket> _listeners = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly NodeCertificates _certificates;
    private readonly SslStreamCertificateContext _shown;
    private readonly ILogger<ClientDoor> _log;
    private readonly List<Task> _accepting = [];
    private int _connected;

    private ClientDoor(NodeCertificates certificates, ILogger<ClientDoor> log)
    {
        (_certificates, _log) = (certificates, log);
        _shown = SslStreamCertificateContext.Create(certificates.Leaf, null, offline: true);
    }

    /// <summary>Where it is, with the port that was bound.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listeners[0].LocalEndPoint!;

    /// <summary>
    /// Takes the port, on <paramref name="listen"/> and on loopback; nobody is answered before <see cref="Open"/>. Throws <see cref="IOException"/> naming the address when it
    /// cannot be had.
    /// </summary>
    public static ClientDoor Bind(IPEndPoint listen, NodeCertificates certificates, ILogger<ClientDoor> log)
    {
        ArgumentNullException.ThrowIfNull(listen);
        var door = new ClientDoor(certificates, log);
        try
        {
            door.Listen(listen);
            if (!IPAddress.IsLoopback(listen.Address) && !listen.Address.Equals(IPAddress.Any) && !listen.Address.Equals(IPAddress.IPv6Any))
                door.Listen(new IPEndPoint(IPAddress.Loopback, door.Endpoint.Port));
            return door;
        }
        catch
        {
            door._listeners.ForEach(listener => listener.Dispose());
            throw;
        }
    }

    /// <summary>Begins to answer.</summary>
    /// <param name="desk">Turns away who shows no certificate, or a wrong one.</param>
    /// <param name="answer">Answers; throws <see cref="TimeoutException"/> when there is no answer.</param>
    public void Open(ClientDesk desk, Func<ClientRequest, CancellationToken, Task<ClientReply>> answer)
    {
        foreach (var listener in _listeners)
            _accepting.Add(AcceptAsync(listener, desk, answer));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listeners.ForEach(listener => listener.Dispose());
        await Task.WhenAll(_accepting);
        _stop.Dispose();
    }

    private void Listen(IPEndPoint at)
    {
        var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listeners.Add(listener);
        try
        {
            listener.Bind(at);
            listener.Listen();
        }
        catch (SocketException e)
        {
            throw new IOException($"clients.port: {at} cannot be listened on ({e.Message}): see what else does, or set another address or port.", e);
        }
    }

    private async Task AcceptAsync(Socket listener, ClientDesk desk, Func<ClientRequest, CancellationToken, Task<ClientReply>> answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptAsync(_stop.Token), desk, answer);
            }
            catch (SocketException e)
            {
                // One that was gone before it was taken, or no more descriptors: the next may be better.
                LogNotTaken(_log, e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket, ClientDesk desk, Func<ClientRequest, CancellationToken, Task<ClientReply>> answer)
    {
        var from = socket.RemoteEndPoint;
        try
        {
            await using var connection = new NetworkStream(socket, ownsSocket: true);
            if (Interlocked.Increment(ref _connected) > MostConnections)
                return;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(HandshakePatience);
            await using var tls = new SslStream(connection);
            await tls.AuthenticateAsServerAsync(Handshake(), limit.Token);
            await AnswerAsync(tls, limit, desk, answer);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or InvalidDataException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away, has taken its time, or is none.
            LogEnded(_log, from, e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _connected);
        }
    }

    private async Task AnswerAsync(SslStream tls, CancellationTokenSource limit, ClientDesk desk, Func<ClientRequest, CancellationToken, Task<ClientReply>> answer)
    {
        var shown = tls.RemoteCertificate as X509Certificate2;
        while (await NextAsync(tls, limit, shown is null ? HandshakePatience : Idle) is { } request)
        {
            // It may have ended since the last request.
            var refusal = shown is null ? null : _certificates.Trust.Refusal(shown, PeerTrust.ClientUsage);
            var reply = (shown, refusal) switch
            {
                (null, _) when request.Command.Verb != ClientVerb.Login =>
                    desk.TurnAway(request, ClientReasons.CertificateMissing, "The request comes without a certificate: handcarry login gets one."),
                (_, { } why) => desk.TurnAway(request, ClientReasons.CertificateRefused, $"The certificate \"{shown!.Subject}\" is not good here ({why}): handcarry login gets another."),
                _ => await answer(request, _stop.Token),
            };
            await ClientFrames.WriteAsync(tls, reply, limit.Token);
            if (shown is null || refusal is not null)
            {
                // The client hangs up: what is closed from here at once might take the answer along, where others forward it.
                await NextAsync(tls, limit, HandshakePatience);
                return;
            }
        }
    }

    private static Task<ClientRequest?> NextAsync(SslStream tls, CancellationTokenSource limit, TimeSpan patience)
    {
        limit.CancelAfter(patience);
        return ClientFrames.ReadRequestAsync(tls, limit.Token);
    }

    [SuppressMessage("Security", "CA5359", Justification = "What is shown is judged with each request, by the rule of the site, when there can be an answer that says what is wrong.")]
    private SslServerAuthenticationOptions Handshake() => new()
    {
        ServerCertificateContext = _shown,
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = [new SslApplicationProtocol(ClientFrames.Protocol)],
        ClientCertificateRequired = true,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        // A resumed session would not show the certificate again.
        AllowTlsResume = false,
    };

    [LoggerMessage(Level = LogLevel.Debug, Message = "The connection of client {From} ended: {Cause}")]
    private static partial void LogEnded(ILogger log, EndPoint? from, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A client could not be let in, trying on: {Cause}")]
    private static partial void LogNotTaken(ILogger log, string cause);
}
