using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Cli.Connection;

/// <summary>The nodes whose agents are asked.</summary>
internal static class Nodes
{
    /// <summary>
    /// Names of those that have reported or should have, in order: who is not heard of is told by the answer; the one that answers (an empty name) while there is no supervisor that knows of others. Throws <see cref="CliException"/>.
    /// </summary>
    public static async Task<IReadOnlyList<string>> NamesAsync(IUpgradeApi api, CancellationToken cancellationToken)
    {
        var reply = await api.AskAsync(new ClientCommand(ClientVerb.Status), cancellationToken);
        if (reply.Status is { Reports.Count: > 0 } status)
            return [.. status.Reports.Select(report => report.Node).Union(status.Status.Nodes.Select(node => node.Name)).Order(StringComparer.Ordinal)];
        return reply.Reason is "" or ClientReasons.SupervisorAway ? [""] : throw Answers.Refused(reply);
    }
}
