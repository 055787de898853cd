using System.Collections.Concurrent;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Login;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.Cli.Connection;

/// <summary>
/// Asks agents at their doors for clients: whichever answers, and the next one when it does not any more. Requests at the same time have connections of their own, which are
/// kept for the next ones.
/// </summary>
internal sealed class DoorConnection : IUpgradeApi
{
    private readonly ConnectionSettings _settings;
    private readonly DoorSettings _door;
    private readonly Doorways _doorways;
    private readonly ConcurrentBag<DoorClient> _idle = [];
    private readonly SemaphoreSlim _turn = new(1);
    private IReadOnlyList<IDoorway> _found = [];
    private NodeCertificates? _certificates;
    private int _at;

    private DoorConnection(ConnectionSettings settings, DoorSettings door) => (_settings, _door, _doorways) = (settings, door, new Doorways(settings, door));

    /// <summary>Connects to the first agent that lets us in. Throws <see cref="CliException"/>.</summary>
    public static async Task<DoorConnection> OpenAsync(ConnectionSettings settings, DoorSettings door, CancellationToken cancellationToken)
    {
        var connection = new DoorConnection(settings, door);
        try
        {
            connection._idle.Add(await connection.ConnectAsync(cancellationToken));
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ClientReply> AskAsync(ClientCommand command, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_settings.Timeout);
        try
        {
            while (true)
            {
                var fresh = !_idle.TryTake(out var client);
                client ??= await ConnectAsync(limit.Token);
                try
                {
                    var reply = await client.AskAsync(new ClientRequest(await _settings.Token.CurrentAsync(limit.Token), command), limit.Token);
                    if (reply.Reason != ClientReasons.CertificateRefused)
                    {
                        _idle.Add(client);
                        return reply;
                    }
                    await client.DisposeAsync();
                    // A connection may outlive the certificate that it was made with; the next one is made with a new one.
                    if (fresh)
                        return reply;
                }
                catch (IOException e)
                {
                    // One that was kept may have ended long ago; a fresh one says something about the agent.
                    await client.DisposeAsync();
                    if (fresh)
                        await LeaveAsync(e, limit.Token);
                }
                catch
                {
                    await client.DisposeAsync();
                    throw;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.NoAgent, $"No agent answered within {_settings.Timeout.TotalSeconds} s.\nCheck the agents' logs, or name others with --contact.");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var client))
            await client.DisposeAsync();
        _doorways.Dispose();
        _certificates?.Dispose();
        _turn.Dispose();
    }

    private async Task LeaveAsync(IOException e, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        _at++;
        _turn.Release();
        if (_at >= _found.Count)
            throw NoAgent([(_found.Count == 0 ? "" : _found[^1].Name, e.Message)]);
    }

    private async Task<DoorClient> ConnectAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_at >= _found.Count)
                (_found, _at) = (await _doorways.FindAsync(cancellationToken), 0);
            var silent = new List<(string, string)>();
            for (; _at < _found.Count; _at++)
            {
                var doorway = _found[_at];
                try
                {
                    var own = await OwnAsync(doorway, cancellationToken);
                    return await DoorClient.OpenAsync(doorway, own.Leaf, own.Trust, cancellationToken);
                }
                catch (IOException e)
                {
                    silent.Add((doorway.Name, e.Message));
                }
            }
            throw NoAgent(silent);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The certificate, renewed where it is one of <c>handcarry login</c> and two thirds of its life are over.</summary>
    private async Task<NodeCertificates> OwnAsync(IDoorway doorway, CancellationToken cancellationToken)
    {
        var now = _door.Clock.GetUtcNow();
        try
        {
            if (_door.Login is { } login && (_certificates?.Leaf ?? login.Certificate()) is { } leaf && LoginStore.IsDue(leaf, now))
            {
                try
                {
                    await ClientLogin.RunAsync(doorway, login.Trust(), await _settings.Token.CurrentAsync(cancellationToken), login, cancellationToken);
                }
                catch (CliException) when (leaf.NotAfter.ToUniversalTime() > now)
                {
                    // It is good for some hours more, and asked for again at the next connection.
                }
                _certificates?.Dispose();
                _certificates = null;
            }
            return _certificates ??= NodeCertificates.Load(_settings.Tls, _door.Clock, clientOnly: true);
        }
        catch (CertificateException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
    }

    private static CliException NoAgent(IReadOnlyList<(string Name, string Reason)> silent) => new(
        ExitCode.NoAgent,
        $"No agent can be reached.\n{string.Concat(silent.Select(one => $"  {one.Name}: {one.Reason}\n"))}Check that agents run there, and that --contact, where it is given, names their port for clients, 9244 where nobody has changed it.");
}
