using System.Security.Cryptography;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Hosts.OpenShift.Access;

namespace Handcarry.Agent.Clients;

/// <summary>
/// Answers clients: (1) who is it, and may it; (2) for another node, that node's agent is asked, which judges again; (3) the answer, from what this node knows. A change
/// of the spec is written with the client's own token.
/// </summary>
/// <param name="parts">What it takes.</param>
/// <param name="time">The clock.</param>
internal sealed class ClientDesk(ClientParts parts, TimeProvider time)
{
    /// <summary>What a person waits for without wondering; then the last known state is given, with its age.</summary>
    private static readonly TimeSpan StatusPatience = TimeSpan.FromMilliseconds(700);

    /// <summary>The name of the node this is.</summary>
    public string Node => parts.Node;

    /// <summary>The answer; a refusal when there is none.</summary>
    public async Task<ClientReply> AnswerAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        var command = request.Command;
        var decision = await parts.Access.DecideAsync(request.Token, command.Changes ? ClientRight.Change : ClientRight.Read, cancellationToken);
        if (!decision.Allowed)
        {
            parts.Audit.Refused(decision, command);
            return Refusal(decision.Reason, decision.Message);
        }
        if (command.Node.Length > 0 && command.Node != parts.Node)
            return await RelayAsync(request, cancellationToken);
        return command.Verb switch
        {
            ClientVerb.Status => await StatusAsync(cancellationToken),
            ClientVerb.Judge => await JudgeAsync(command.Bundle ?? new JudgeBundle(null), cancellationToken),
            ClientVerb.Facts => Facts(command),
            ClientVerb.Logs => new ClientReply(parts.Node) { Lines = parts.Log.Last(command.Lines) },
            ClientVerb.Settings => new ClientReply(parts.Node) { Lines = parts.Settings },
            ClientVerb.Hold => await ChangeAsync(request.Token, new SpecChange(Hold: true), ClientReasons.HoldAsked,
                $"{decision.User} asked to hold: everything is prepared, and the upgrade is not asked for.", cancellationToken),
            ClientVerb.Release => await ChangeAsync(request.Token, new SpecChange(Hold: false), ClientReasons.ReleaseAsked,
                $"{decision.User} asked to go on: the upgrade is asked for as soon as all nodes are ready.", cancellationToken),
            ClientVerb.Cancel => await ChangeAsync(request.Token, new SpecChange(Cancel: !command.Undo), ClientReasons.CancelAsked,
                command.Undo ? $"{decision.User} took the cancellation back." : $"{decision.User} called the upgrade off.", cancellationToken),
            ClientVerb.Retry => Retry(decision.User),
            ClientVerb.Login => await LoginAsync(decision.User, command.SigningRequest, cancellationToken),
            _ => Refusal(ClientReasons.RequestUnknown, $"The agent of {parts.Node} does not know what {command.Verb} is: use a handcarry of the agents' version."),
        };
    }

    /// <summary>Refuses somebody before it is asked who it is, and tells of it.</summary>
    public ClientReply TurnAway(ClientRequest request, string reason, string message)
    {
        parts.Audit.Refused(new AccessDecision("", reason, message), request.Command);
        return Refusal(reason, message);
    }

    /// <summary>An answer that says why there is none.</summary>
    public ClientReply Refusal(string reason, string message) => new(parts.Node) { Reason = reason, Message = message };

    private async Task<ClientReply> StatusAsync(CancellationToken cancellationToken)
    {
        var reading = parts.Site.ReadAsync(cancellationToken);
        if (parts.Site.Last is not null)
            await Task.WhenAny(reading, Task.Delay(StatusPatience, time, cancellationToken));
        var known = parts.Site.Last is null || reading.IsCompletedSuccessfully ? await reading : parts.Site.Last with { Current = false };
        return known is null
            ? Refusal(ClientReasons.SupervisorAway, $"The agent of {parts.Node} has not heard a supervisor since it started: it takes a minute after the agents start, or after the node that hosted it went.")
            : new ClientReply(parts.Node) { Status = known.Reply, AgeSeconds = known.Current ? 0 : Math.Max(1, (long)time.GetElapsedTime(known.Timestamp).TotalSeconds) };
    }

    private async Task<ClientReply> JudgeAsync(JudgeBundle bundle, CancellationToken cancellationToken)
    {
        try
        {
            return new ClientReply(parts.Node) { Judgement = await parts.Judge(bundle, cancellationToken) };
        }
        catch (TimeoutException)
        {
            return Refusal(ClientReasons.SupervisorAway, "The supervisor does not answer: it takes a minute after the agents start, or after the node that hosted it went. Try again then.");
        }
    }

    private ClientReply Facts(ClientCommand command)
    {
        var (facts, more) = parts.Facts.Page(command.After, command.Since);
        return new ClientReply(parts.Node) { Facts = facts, More = more };
    }

    private async Task<ClientReply> ChangeAsync(string token, SpecChange change, string reason, string said, CancellationToken cancellationToken)
    {
        try
        {
            await parts.ChangeSpec(token, change, cancellationToken);
        }
        catch (ApiUnavailableException e)
        {
            return Refusal(ClientReasons.ChangeRefused, e.Message);
        }
        catch (StaleWriteException)
        {
            return Refusal(ClientReasons.ChangeRefused, "BundleUpgrade/cluster is not there yet; the agents create it when a supervisor acts. Try again in a minute.");
        }
        parts.Audit.Changed(reason, said);
        return new ClientReply(parts.Node) { Message = said };
    }

    private ClientReply Retry(string user)
    {
        parts.Retry();
        var said = $"{user} asked node {parts.Node} to try again.";
        parts.Audit.Changed(ClientReasons.RetryAsked, said);
        return new ClientReply(parts.Node) { Message = said };
    }

    private async Task<ClientReply> LoginAsync(string user, string request, CancellationToken cancellationToken)
    {
        try
        {
            if (await parts.Issue(user, request, cancellationToken) is not { } issued)
                return Refusal(ClientReasons.LoginUnavailable, $"The agent of {parts.Node} has no authority that it could issue certificates with (tls.authority): use one of the site's own authority that is usable as TLS client.");
            var said = $"{user} was given a certificate of a client, valid until {issued.Until.UtcDateTime:u}.";
            parts.Audit.Changed(ClientReasons.LoggedIn, said);
            return new ClientReply(parts.Node) { Message = said, Certificate = issued.Certificate, Authorities = issued.Authorities };
        }
        catch (CryptographicException e)
        {
            return Refusal(ClientReasons.RequestUnknown, $"The signing request cannot be used: {e.Message}");
        }
        catch (Exception e) when (e is ApiUnavailableException or CertificateException)
        {
            return Refusal(ClientReasons.LoginUnavailable, $"The site's authority cannot be read now: {e.Message}");
        }
    }

    private async Task<ClientReply> RelayAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        var node = request.Command.Node;
        var known = parts.Site.Last ?? await parts.Site.ReadAsync(cancellationToken);
        if (!request.Relayed && known?.Reply.Reports.All(report => report.Node != node) == true)
            known = await parts.Site.ReadAsync(cancellationToken);
        if (request.Relayed || known?.Reply.Reports.FirstOrDefault(report => report.Node == node) is not { } report)
            return Refusal(ClientReasons.NodeUnknown, $"No agent of a node named {node} has reported; handcarry nodes lists those that have.");
        try
        {
            return await parts.Relay(report.Self.Address, request with { Relayed = true }, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Refusal(ClientReasons.NodeSilent, $"The agent of {node} does not answer the one of {parts.Node}: see whether the node and its agent run.");
        }
    }
}
