using Handcarry.Actors.Protocol;

namespace Handcarry.Cli.Connection;

/// <summary>What the agents answer.</summary>
internal interface IUpgradeApi : IAsyncDisposable
{
    /// <summary>The state of the upgrade. Throws <see cref="CliException"/> when no agent answers.</summary>
    Task<StatusReply> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>How a bundle would be judged now. Throws <see cref="CliException"/> when no agent answers.</summary>
    Task<Judgement> JudgeAsync(JudgeBundle bundle, CancellationToken cancellationToken);
}
