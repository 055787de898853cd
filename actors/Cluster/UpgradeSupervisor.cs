using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Event;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// The cluster singleton around <see cref="SupervisorMachine"/>: feeds it what the API and the nodes say, and carries its effects out, one
/// after the other, only while the lease is held.
/// <code><![CDATA[
///   spec, version, health, nodes --watch--+
///   agents --NodeReport-------------------+--> SupervisorMachine --> EffectQueue --> status, events, plans, the operator
///   lease --every few seconds-------------+
/// ]]></code>
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Requests under way may still look at the token after the actor has stopped.")]
public sealed class UpgradeSupervisor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    /// <summary>How exactly a schedule is kept, and a silence told.</summary>
    private static readonly TimeSpan TellTime = TimeSpan.FromSeconds(10);

    /// <summary>How often agents are told of changes, and how often of none.</summary>
    private static readonly TimeSpan TellSite = TimeSpan.FromSeconds(1), TellSiteAgain = TimeSpan.FromSeconds(10);

    /// <summary>
    /// An agent reports every second; ten seconds of silence mean that it is gone or frozen. They are counted in beats, which wait in the same mailbox as the
    /// reports: a supervisor that is behind, with hundreds of nodes on a busy machine, calls nobody silent whose reports it has yet to read.
    /// </summary>
    private const int SilentAfterBeats = 40;

    private readonly string _node;
    private readonly SupervisorPorts _ports;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Feed> _feeds = [];
    private readonly Dictionary<string, (IActorRef Agent, long Heard)> _agents = new(StringComparer.Ordinal);
    private readonly List<NodeReport> _unread = [];
    private readonly EffectQueue _effects;
    private readonly Preflight _preflight;
    private SupervisorState _state;
    private SupervisorEffect? _running;
    private long _beats;
    private long _counted;
    private bool _fencing;
    private long _fencedAt;
    private long? _pausedAt;
    private long _told;
    private SiteSummary? _summary;
    private long _summed;

    /// <summary>Makes the supervisor that runs on <paramref name="node"/>.</summary>
    public UpgradeSupervisor(string node, SupervisorPorts ports, TimeProvider time)
    {
        (_node, _ports, _time) = (node, ports, time);
        _state = SupervisorState.Initial with { Self = node, SiteBytesPerSecond = ports.SiteBytesPerSecond, Workloads = ports.Workloads is null ? WorkloadFacts.None : null };
        _effects = new EffectQueue(time, TimeSpan.FromSeconds(1));
        _preflight = new Preflight(node, ports, time);

        Receive<SupervisorEvent>(Apply);
        Receive<NodeReport>(OnReport);
        Receive<ReadReports>(_ => ReadTogether());
        Receive<GetStatus>(_ => Sender.Tell(SiteSummaries.Whole(_node, UpToDate())));
        Receive<JudgeBundle>(asked => _preflight.AnswerAsync(UpToDate(), asked, _stopping.Token).PipeTo(Sender));
        Receive<Beat>(_ => OnBeat());
        Receive<Fenced>(OnFenced);
        Receive<EffectDone>(OnEffectDone);
        Receive<Feed.Ended>(OnFeedEnded);
        Receive<RestartFeed>(restart => StartFeed(restart.Name));
        Receive<Terminated>(OnTerminated);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        foreach (var name in new[] { "spec", "version", "health", "nodes" })
            StartFeed(name);
        Timers.StartPeriodicTimer(nameof(Beat), Beat.Instance, TimeSpan.Zero, Pulse);
        _log.Info("The supervisor runs on node {0}", _node);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var feed in _feeds)
            feed.Dispose();
        _stopping.Cancel();
        // A successor need not wait for the lease to expire. The process may be about to end: wait a little, not for ever.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            Task.Run(() => _ports.Fence.ReleaseAsync(limit.Token).AsTask()).Wait(TimeSpan.FromSeconds(2));
        }
        catch (AggregateException e)
        {
            _log.Warning("The lease could not be given back; it will expire: {0}", e.InnerException?.Message);
        }
    }

    private void StartFeed(string name) => _feeds.Add(name switch
    {
        "spec" => Feed.Start(name, Self, _ports.Status.WatchSpecAsync, spec => new SupervisorEvent.SpecSeen(spec)),
        "version" => Feed.Start(name, Self, _ports.ClusterVersion.WatchAsync, view => new SupervisorEvent.VersionSeen(view)),
        "health" => Feed.Start(name, Self, _ports.Health.WatchAsync, health => new SupervisorEvent.HealthSeen(health)),
        _ => Feed.Start(name, Self, _ports.Nodes.WatchAsync, nodes => new SupervisorEvent.NodesSeen(nodes)),
    });

    private void OnFeedEnded(Feed.Ended ended)
    {
        _log.Warning("Watching {0} ended, starting again: {1}", ended.Name, ended.Cause?.Message ?? "the sequence came to its end");
        Timers.StartSingleTimer("feed-" + ended.Name, new RestartFeed(ended.Name), RetryPause);
    }

    private void OnReport(NodeReport report)
    {
        if (!_agents.TryGetValue(report.Node, out var known) || !known.Agent.Equals(Sender))
            Context.Watch(Sender);
        _agents[report.Node] = (Sender, _beats);
        _unread.Add(report);
        if (_unread.Count == 1)
            Self.Tell(ReadReports.Instance, ActorRefs.NoSender);
    }

    /// <summary>
    /// Decides once upon all reports that were in the mailbox when the first of them was taken: hundreds of nodes that become complete at the same time would have hundreds of plans made, one after the other,
    /// and everybody who asks wait for that.
    /// </summary>
    private void ReadTogether()
    {
        if (_unread.Count == 0)
            return;
        ImmutableList<NodeReport> reports = [.. _unread];
        _unread.Clear();
        Decide(new SupervisorEvent.Reported(reports));
    }

    private SupervisorState UpToDate()
    {
        ReadTogether();
        return _state;
    }

    private void OnTerminated(Terminated gone)
    {
        // The same node may have come back as another incarnation already.
        foreach (var (node, agent) in _agents.Where(a => a.Value.Agent.Equals(gone.ActorRef)).ToList())
            Silence(node);
    }

    private void Silence(string node)
    {
        _agents.Remove(node);
        _log.Warning("Nothing is heard of the agent on node {Silent}", node);
        Apply(new SupervisorEvent.Silent(node));
    }

    private void OnBeat()
    {
        // After a pause of the whole process the beats that were missed come at once; they count as one.
        if (_counted == 0 || _time.GetElapsedTime(_counted) >= Pulse / 2)
            (_beats, _counted) = (_beats + 1, _time.GetTimestamp());
        foreach (var (node, agent) in _agents.Where(a => _beats - a.Value.Heard > SilentAfterBeats).ToList())
            Silence(node);
        if (!_fencing && (_fencedAt == 0 || _time.GetElapsedTime(_fencedAt) >= (_state.Acting ? _ports.Fence.RenewEvery : RetryPause)))
        {
            _fencing = true;
            HoldAsync().PipeTo(Self);
        }
        else if (_state.Acting && !_ports.Fence.IsHeld)
        {
            Lose("the lease could not be renewed in time");
        }

        if (_told == 0 || _time.GetElapsedTime(_told) >= TellTime)
        {
            _told = _time.GetTimestamp();
            Apply(new SupervisorEvent.TimePassed(_time.GetUtcNow()));
        }

        TellOfSite();
        RunNext();
    }

    private void TellOfSite()
    {
        var since = _summary is null ? TimeSpan.MaxValue : _time.GetElapsedTime(_summed);
        if (since < TellSite)
            return;
        var summary = SiteSummaries.Of(_node, _state);
        if (since < TellSiteAgain && SiteSummaries.SaysTheSame(summary, _summary!))
            return;
        (_summary, _summed) = (summary, _time.GetTimestamp());
        foreach (var agent in _agents.Values)
            agent.Agent.Tell(summary);
    }

    /// <summary>Takes or renews the lease; when it is new, reads the status under it.</summary>
    private async Task<Fenced> HoldAsync()
    {
        var acting = _state.Acting;
        try
        {
            if (!await _ports.Fence.TryHoldAsync(_stopping.Token))
                return new Fenced(false, null, null);
            return acting ? new Fenced(true, null, null) : new Fenced(true, new SupervisorEvent.Took(await _ports.Status.ReadAsync(_stopping.Token)), null);
        }
        catch (Exception e)
        {
            return new Fenced(false, null, e);
        }
    }

    private void OnFenced(Fenced answer)
    {
        _fencing = false;
        _fencedAt = _time.GetTimestamp();
        switch (answer)
        {
            case { Taken: { } taken }:
                _log.Info("The supervisor on node {0} holds the lease and goes on from phase {1}", _node, taken.Status?.Phase ?? Phase.Idle);
                _effects.Clear();
                Apply(taken);
                break;
            case { Held: false, Cause: null } when _state.Acting:
                Lose("another supervisor holds the lease");
                break;
            case { Cause: { } cause } when cause is not OperationCanceledException:
                _log.Warning("The lease could not be asked for: {0}", cause.Message);
                break;
        }
    }

    private void Lose(string why)
    {
        _log.Warning("The supervisor on node {Supervisor} stops deciding: {Why}", _node, why);
        _effects.Clear();
        _fencedAt = 0;
        Apply(new SupervisorEvent.Lost());
    }

    private void RunNext()
    {
        if (_running is not null || !_state.Acting || (_pausedAt is { } paused && _time.GetElapsedTime(paused) < RetryPause))
            return;
        _pausedAt = null;
        while (_effects.Peek() is { } effect)
        {
            if (Tell(effect))
            {
                _effects.Done(effect);
                continue;
            }

            _running = effect;
            CallAsync(effect).PipeTo(Self);
            return;
        }
    }

    private bool Tell(SupervisorEffect effect)
    {
        (string Node, object Message)? order = effect switch
        {
            SupervisorEffect.SendPlan e => (e.Node, e.Plan),
            SupervisorEffect.SendStop e => (e.Node, e.Stop),
            SupervisorEffect.SendFinish e => (e.Node, e.Finish),
            SupervisorEffect.SendTakeDigest e => (e.Node, e.Order),
            _ => null,
        };
        // A node that is not there gets its order when it reports again.
        if (order is { } o && _agents.TryGetValue(o.Node, out var agent))
            agent.Agent.Tell(o.Message);
        return order is not null;
    }

    private async Task<EffectDone> CallAsync(SupervisorEffect effect)
    {
        try
        {
            switch (effect)
            {
                case SupervisorEffect.WriteStatus e:
                    await _ports.Status.WriteAsync(e.Status, _ports.Fence, _stopping.Token);
                    break;
                case SupervisorEffect.Record e:
                    await _ports.Status.RecordAsync(e.Event, _stopping.Token);
                    break;
                case SupervisorEffect.PauseUpkeep e:
                    await _ports.Upkeep.PauseAsync(e.Nodes, _ports.Fence, _stopping.Token);
                    break;
                case SupervisorEffect.ResumeUpkeep:
                    await _ports.Upkeep.ResumeAsync(_ports.Fence, _stopping.Token);
                    break;
                case SupervisorEffect.ReadWorkloads:
                    return new EffectDone(effect, null, new SupervisorEvent.WorkloadsSeen(await _preflight.WorkloadsAsync(_stopping.Token)));
                case SupervisorEffect.VerifyRelease e:
                    var verdict = await _ports.Releases.VerifyAsync(e.Bundle, e.Trust, _stopping.Token);
                    return new EffectDone(effect, null, new SupervisorEvent.ReleaseVerified(new ReleaseVerdict(e.Bundle.Commitment, e.Trust, verdict)));
                case SupervisorEffect.WithdrawUpgrade e:
                    await _ports.ClusterVersion.WithdrawUpgradeAsync(e.Bundle.Release, _ports.Fence, _stopping.Token);
                    break;
                case SupervisorEffect.Prepare e:
                    var signatures = await _ports.Releases.ReadAsync(e.Bundle, _stopping.Token);
                    await _ports.ClusterVersion.PutSignaturesAsync(ImageName.Parse(e.Bundle.Release).Digest.ToString(), signatures, _stopping.Token);
                    return new EffectDone(effect, null, new SupervisorEvent.Prepared(await _ports.Pins.PinAsync(e.Bundle, e.Nodes, _ports.Fence, _stopping.Token)));
                case SupervisorEffect.KeepPins e:
                    await _ports.Pins.KeepOnlyAsync(e.Commitment, _ports.Fence, _stopping.Token);
                    break;
                case SupervisorEffect.DropPins e:
                    await _ports.Pins.DropAsync(e.Commitment, _ports.Fence, _stopping.Token);
                    break;
                case SupervisorEffect.RenewAgents e:
                    return new EffectDone(effect, null, new SupervisorEvent.AgentsSeen(await _ports.RenewAsync(e, _stopping.Token)));
                case SupervisorEffect.AskUpgrade e:
                    await _ports.ClusterVersion.RequestUpgradeAsync(e.Bundle.Release, e.Bundle.Version, _ports.Fence, _stopping.Token);
                    break;
            }

            return new EffectDone(effect, null);
        }
        catch (Exception e)
        {
            return new EffectDone(effect, e);
        }
    }

    private void OnEffectDone(EffectDone done)
    {
        _running = null;
        switch (done.Cause)
        {
            case null:
                _effects.Done(done.Effect);
                if (done.Outcome is { } outcome)
                    Apply(outcome);
                break;
            case StaleWriteException stale:
                Lose(stale.Message);
                return;
            case ApiUnavailableException away:
                _log.Warning("The Kubernetes API is away; the decision waits: {0}", away.Message);
                _pausedAt = _time.GetTimestamp();
                break;
            case OperationCanceledException:
                return;
            case var cause:
                _log.Error(cause, "{0} failed", done.Effect.GetType().Name);
                _effects.Done(done.Effect);
                _pausedAt = _time.GetTimestamp();
                if (done.Effect.WhatFailed is { } what)
                    Apply(new SupervisorEvent.AskFailed("AskFailed", $"{what}: {cause.Message} It is being tried again."));
                break;
        }

        RunNext();
    }

    // What was reported before it happened comes before it.
    private void Apply(SupervisorEvent happened)
    {
        ReadTogether();
        Decide(happened);
    }

    private void Decide(SupervisorEvent happened)
    {
        var before = _state.Status.Phase;
        (_state, var effects) = SupervisorMachine.Step(_state, happened);
        if (_state.Status.Phase != before)
            _log.Info("Phase {Before} -> {Phase} {Reason}: {Words}", before, _state.Status.Phase, _state.Status.Reason, _state.Status.Message);
        _effects.Add(effects);
        RunNext();
    }

    private sealed class Beat
    {
        public static readonly Beat Instance = new();
    }

    private sealed class ReadReports
    {
        public static readonly ReadReports Instance = new();
    }

    private sealed record RestartFeed(string Name);

    private sealed record Fenced(bool Held, SupervisorEvent.Took? Taken, Exception? Cause);

    private sealed record EffectDone(SupervisorEffect Effect, Exception? Cause, SupervisorEvent? Outcome = null);
}
