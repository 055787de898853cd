using Akka.Actor;
using Akka.Event;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Agent.Clients;

namespace Handcarry.Agent;

/// <summary>What clients reach through the receptionist of any node, and other agents by its path. It answers so many at once at most, and each within some seconds.</summary>
internal sealed class ClientService : ReceiveActor
{
    /// <summary>Its name below <c>/user</c>.</summary>
    public const string Name = "api";

    /// <summary>Requests under way at most.</summary>
    public const int MostAtOnce = 64;

    /// <summary>Within this a request is answered.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly ClientDesk _desk;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private int _running;

    public ClientService(ClientDesk desk)
    {
        _desk = desk;
        Receive<ClientRequest>(OnRequest);
        Receive<Answered>(answered =>
        {
            _running--;
            if (answered.Cause is { } cause)
                _log.Error(cause, "A client's request could not be answered");
            answered.To.Tell(answered.Reply);
        });
        // What clients of earlier versions sent has no token.
        Receive<GetStatus>(_ => Sender.Tell(desk.Refusal(ClientReasons.RequestUnknown, "This handcarry is older than the agents, and does not say who asks: use one of their version.")));
    }

    private void OnRequest(ClientRequest request)
    {
        if (_running >= MostAtOnce)
        {
            Sender.Tell(_desk.Refusal(ClientReasons.AgentBusy, $"The agent of {_desk.Node} answers {MostAtOnce} requests already: try again, or name another with --contact."));
            return;
        }
        _running++;
        AnswerAsync(request, Sender).PipeTo(Self);
    }

    private async Task<Answered> AnswerAsync(ClientRequest request, IActorRef to)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            return new Answered(to, await _desk.AnswerAsync(request, limit.Token), null);
        }
        catch (OperationCanceledException)
        {
            return new Answered(to, _desk.Refusal(ClientReasons.NodeSilent, $"The agent of {_desk.Node} had no answer after {Patience.TotalSeconds} s: try again."), null);
        }
        catch (Exception e)
        {
            return new Answered(to, _desk.Refusal(ClientReasons.RequestFailed, $"The agent of {_desk.Node} failed over this request: see handcarry logs {_desk.Node}."), e);
        }
    }

    private sealed record Answered(IActorRef To, ClientReply Reply, Exception? Cause);
}
