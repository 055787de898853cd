using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Cli.Connection;

/// <summary>Asks once more with a new token where the old one has ended.</summary>
internal sealed class RenewedToken(IUpgradeApi api, TokenSource token) : IUpgradeApi
{
    /// <inheritdoc/>
    public async Task<ClientReply> AskAsync(ClientCommand command, CancellationToken cancellationToken)
    {
        var used = await token.CurrentAsync(cancellationToken);
        var reply = await api.AskAsync(command, cancellationToken);
        return reply.Reason == ClientReasons.TokenRefused && await token.RenewAsync(used, cancellationToken) ? await api.AskAsync(command, cancellationToken) : reply;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => api.DisposeAsync();
}
