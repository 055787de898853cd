using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster;
using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Options;

namespace Handcarry.Agent.Telemetry;

/// <summary>What <c>/healthz</c> and <c>/readyz</c> ask of an agent (docs/metrics.md, "Probes").</summary>
internal sealed class AgentHealth
{
    /// <summary>How long one check may take; the probes of deploy/agent give the whole answer 10 s.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    /// <summary>An agent that works reports every second.</summary>
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly NodeTally _tally;
    private ActorSystem? _system;
    private IActorRef? _agent;

    /// <param name="options">The settings.</param>
    /// <param name="dataPlane">Where this agent's data plane listens.</param>
    /// <param name="tally">What the node's agent has done.</param>
    /// <param name="time">The clock.</param>
    public AgentHealth(HandcarryOptions options, Uri dataPlane, NodeTally tally, TimeProvider time)
    {
        (_time, _tally) = (time, tally);
        Live = [new HealthCheck("agent", AnswersAsync)];
        Ready =
        [
            new HealthCheck("reports", _ => Task.FromResult(Reports())),
            new HealthCheck("cluster", _ => Task.FromResult(Joined())),
            new HealthCheck("journal", cancel => JournalAsync(options, cancel)),
            new HealthCheck("data", cancel => ListensAsync(dataPlane, cancel)),
        ];
    }

    /// <summary>What a process must do that is not to be started again.</summary>
    public IReadOnlyList<HealthCheck> Live { get; }

    /// <summary>What an agent must do that others count on. The Kubernetes API is not among it: an agent works through its absence.</summary>
    public IReadOnlyList<HealthCheck> Ready { get; }

    /// <summary>From now on there are these to ask.</summary>
    public void Watch(ActorSystem system, IActorRef agent)
    {
        Volatile.Write(ref _agent, agent);
        Volatile.Write(ref _system, system);
    }

    /// <summary>Asks.</summary>
    public Task<HealthReport> AskAsync(IReadOnlyList<HealthCheck> checks, CancellationToken cancellationToken) => HealthReport.AskAsync(checks, Within, _time, cancellationToken);

    // Answered from the mailbox, during recovery too: an agent that waits for a slow journal is alive, one that is stuck in a message is not.
    private async Task<string?> AnswersAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _agent) is not { } agent)
            return "The actor system has not started yet.";
        var identity = await agent.Ask<ActorIdentity>(new Identify(agent.Path), cancellationToken);
        return identity.Subject is null ? "The node's agent has stopped; the process is ending, and the log says why." : null;
    }

    private string? Reports() => _tally.SinceReport switch
    {
        null => "The node's agent has not read its journal yet, or cannot see the disk's free space.",
        { } since when since > SilentFor => $"The node's agent has reported nothing for {since.TotalSeconds:0} s.",
        _ => null,
    };

    private string? Joined()
    {
        if (Volatile.Read(ref _system) is not { } system)
            return "The actor system has not started yet.";
        var status = Cluster.Get(system).SelfMember.Status;
        return status is MemberStatus.Up or MemberStatus.WeaklyUp ? null : $"This agent is no member of the agents' cluster ({status}); it joins when it reaches another at its remoting port, or founds one when it can write the Lease handcarry-formation.";
    }

    private async Task<string?> JournalAsync(HandcarryOptions options, CancellationToken cancellationToken) =>
        _tally.Read().JournalErrors > 0
            ? "The journal could not be written; the process is ending to be started again."
            : await JournalProbe.AskAsync(options, cancellationToken);

    private static async Task<string?> ListensAsync(Uri dataPlane, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(dataPlane.Host, dataPlane.Port, cancellationToken);
        return null;
    }
}
