using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Cli.Connection;

/// <summary>Asks, and ends the command where the answer is a refusal.</summary>
internal static class Answers
{
    /// <summary>The state of the upgrade. Throws <see cref="CliException"/>.</summary>
    public static Task<ClientReply> StatusAsync(this IUpgradeApi api, CancellationToken cancellationToken) =>
        api.AnswerAsync(new ClientCommand(ClientVerb.Status), cancellationToken);

    /// <summary>How a bundle would be judged now. Throws <see cref="CliException"/>.</summary>
    public static async Task<Judgement> JudgeAsync(this IUpgradeApi api, JudgeBundle bundle, CancellationToken cancellationToken) =>
        (await api.AnswerAsync(new ClientCommand(ClientVerb.Judge) { Bundle = bundle }, cancellationToken)).Judgement!;

    /// <summary>An answer that is no refusal. Throws <see cref="CliException"/>.</summary>
    public static async Task<ClientReply> AnswerAsync(this IUpgradeApi api, ClientCommand command, CancellationToken cancellationToken)
    {
        var reply = await api.AskAsync(command, cancellationToken);
        return reply.Reason.Length == 0 ? reply : throw Refused(reply);
    }

    /// <summary>What a refusal comes to.</summary>
    public static CliException Refused(ClientReply reply) => new(ExitCode.Of(reply.Reason), $"{reply.Reason}: {reply.Message}");
}
