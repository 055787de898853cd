using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Cli.Connection;

/// <summary>What the agents answer.</summary>
internal interface IUpgradeApi : IAsyncDisposable
{
    /// <summary>An agent's answer, which may be a refusal. Throws <see cref="CliException"/> when no agent answers.</summary>
    Task<ClientReply> AskAsync(ClientCommand command, CancellationToken cancellationToken);
}
