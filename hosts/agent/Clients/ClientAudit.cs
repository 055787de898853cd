using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Hosts.OpenShift.Access;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent.Clients;

/// <summary>
/// Tells of what clients change and of those that are refused: in the log, among the node's facts and as an event of the cluster. The same refusal is told once a minute, so
/// that whoever knocks again and again drives nothing else out.
/// </summary>
/// <param name="facts">The node's facts.</param>
/// <param name="record">Makes an event of the cluster; it does not fail.</param>
/// <param name="log">The log.</param>
/// <param name="time">The clock.</param>
internal sealed partial class ClientAudit(FactLog facts, Func<UpgradeEvent, CancellationToken, ValueTask> record, ILogger<ClientAudit> log, TimeProvider time)
{
    private const int MostRemembered = 64;
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string User, string Reason), long> _told = [];

    /// <summary>Somebody is refused.</summary>
    public void Refused(AccessDecision decision, ClientCommand command)
    {
        if (!IsNew((decision.User, decision.Reason)))
            return;
        var user = decision.User.Length > 0 ? decision.User : "a client that is not known";
        LogRefused(log, user, command.Verb, decision.Reason);
        Tell(true, ClientReasons.ClientRefused, $"{user} asked for {command.Verb} and was refused ({decision.Reason}).");
    }

    /// <summary>Somebody has changed something.</summary>
    public void Changed(string reason, string message)
    {
        LogChanged(log, reason, message);
        Tell(false, reason, message);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Client {User} asked for {Verb} and is refused: {Reason}")]
    private static partial void LogRefused(ILogger log, string user, ClientVerb verb, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Reason}: {Said}")]
    private static partial void LogChanged(ILogger log, string reason, string said);

    private void Tell(bool warning, string reason, string message)
    {
        facts.Add(warning, reason, message);
        // The answer does not wait for the API.
        _ = Task.Run(() => record(new UpgradeEvent(warning, reason, message), CancellationToken.None).AsTask());
    }

    private bool IsNew((string, string) refusal)
    {
        lock (_gate)
        {
            if (_told.TryGetValue(refusal, out var at) && time.GetElapsedTime(at) < Again)
                return false;
            if (_told.Count >= MostRemembered)
                _told.Remove(_told.MinBy(one => one.Value).Key);
            _told[refusal] = time.GetTimestamp();
            return true;
        }
    }
}
