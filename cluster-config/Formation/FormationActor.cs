using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace Handcarry.ClusterConfig.Formation;

/// <summary>Feeds <see cref="FormationDecision"/> and carries out its steps; then, as long as this node leads the cluster, renews the formation lease.</summary>
internal sealed class FormationActor : ReceiveActor, IWithTimers
{
    // A member answers within milliseconds when it is reached at all; a connection has to be made first.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Func<CancellationToken, ValueTask<IReadOnlyList<Address>>>? _discover;
    private readonly FormationAuthority _authority;
    private readonly TimeSpan _foundAfter;
    private readonly IReadOnlyList<FormationEffect> _first;
    private IReadOnlyList<Address> _others;
    private IReadOnlyList<Address> _joining = [];
    private FormationState _state;
    private long _round;
    private bool _renewalFailed;

    public FormationActor(IReadOnlyList<Address> others, Func<CancellationToken, ValueTask<IReadOnlyList<Address>>>? discover, TimeSpan foundAfter, FormationAuthority authority)
    {
        (_others, _discover) = (others, discover);
        _foundAfter = foundAfter;
        _authority = authority;
        (_state, _first) = FormationDecision.Start(others.Count > 0 || discover is not null);

        Receive<FormationEvent>(Happened);
        Receive<Answered>(answered => Happened(answered.IsFresh(_authority.RenewEvery) ? answered.Yes : answered.No));
        Receive<FormationEffect>(effect => Do(effect.Step));
        Receive<Unavailable>(failed =>
        {
            _log.Warning("The Kubernetes API does not answer on the way into the agents' cluster ({0}); trying again.", failed.Cause.Message);
            Happened(failed.Event);
        });
        Receive<ActorIdentity>(identity =>
        {
            if (identity.Subject is not null && Equals(identity.MessageId, _round))
                Happened(FormationEvent.ContactIsMember);
        });
        Receive<RoundOver>(over =>
        {
            if (over.Round == _round)
                Happened(FormationEvent.NoContactIsMember);
        });
        Receive<ClusterEvent.CurrentClusterState>(current =>
        {
            if (current.Members.Any(IsSelf))
                Happened(FormationEvent.Joined);
        });
        Receive<ClusterEvent.IMemberEvent>(change =>
        {
            if (IsSelf(change.Member) && change is ClusterEvent.MemberJoined or ClusterEvent.MemberWeaklyUp or ClusterEvent.MemberUp)
                Happened(FormationEvent.Joined);
        });
        Receive<Discovered>(Told);
        Receive<Renew>(_ => RenewIfLeading());
        Receive<Renewed>(Noted);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));
        Carry(_first);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private bool IsSelf(Member member) => member.UniqueAddress.Equals(_cluster.SelfUniqueAddress);

    private void Happened(FormationEvent happened)
    {
        var before = _state.Phase;
        (_state, var effects) = FormationDecision.Next(_state, happened);
        Carry(effects);
        if (_state.Phase == FormationPhase.Member && before != FormationPhase.Member)
            BecomeMember();
    }

    private void Carry(IReadOnlyList<FormationEffect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect.After == TimeSpan.Zero)
                Do(effect.Step);
            else
                Timers.StartSingleTimer(effect.Step, effect with { After = TimeSpan.Zero }, effect.After);
        }
    }

    private void Do(FormationStep step)
    {
        switch (step)
        {
            case FormationStep.JoinContacts or FormationStep.AskContacts when _discover is not null:
                Ask(_discover).PipeTo(Self, success: others => new Discovered(step, others), failure: e => new Discovered(step, null, e));
                break;
            case FormationStep.JoinContacts or FormationStep.AskContacts:
                TurnToContacts(step);
                break;
            case FormationStep.WaitFoundAfter:
                Timers.StartSingleTimer(FormationEvent.FoundAfterElapsed, FormationEvent.FoundAfterElapsed, _foundAfter);
                break;
            case FormationStep.CreateRecord:
                Call(_authority.TryCreateRecord, FormationEvent.RecordCreated, FormationEvent.RecordExists, FormationEvent.RecordUnavailable);
                break;
            case FormationStep.TakeLease:
                Call(_authority.TryHoldLease, FormationEvent.LeaseHeld, FormationEvent.LeaseRefused, FormationEvent.LeaseUnavailable);
                break;
            case FormationStep.Found:
                _log.Info("No contact is in a cluster and this node holds the formation lease: founding a cluster as {0}.", _cluster.SelfAddress);
                _cluster.Join(_cluster.SelfAddress);
                break;
        }
    }

    /// <summary>Lets Akka go on trying to join, by the newest list, and asks whether anyone is a member when that is the step.</summary>
    private void TurnToContacts(FormationStep step)
    {
        if (_others.Count > 0 && !_others.SequenceEqual(_joining))
        {
            _joining = _others;
            _cluster.JoinSeedNodes(_others);
        }

        if (step == FormationStep.JoinContacts)
            return;
        _round++;
        foreach (var other in _others)
            Context.ActorSelection(other + ClusterFormation.MemberPath).Tell(new Identify(_round));
        Timers.StartSingleTimer(typeof(RoundOver), new RoundOver(_round), AnswerWithin);
    }

    private void Told(Discovered discovered)
    {
        if (_state.Phase is FormationPhase.Member or FormationPhase.Founded)
            return;
        if (discovered.Cause is { } cause)
            _log.Warning("The addresses of the other agents cannot be asked for ({0}); going on with those known.", cause.Message);
        _others = discovered.Others ?? _others;
        TurnToContacts(discovered.Step);
    }

    private void Call(Func<CancellationToken, ValueTask<bool>> ask, FormationEvent yes, FormationEvent no, FormationEvent unavailable)
    {
        var asked = TimeProvider.System.GetTimestamp();
        Ask(ask).PipeTo(
            Self,
            success: answer => answer ? new Answered(yes, no, asked) : no,
            failure: e => new Unavailable(unavailable, e));
    }

    private static async Task<T> Ask<T>(Func<CancellationToken, ValueTask<T>> ask)
    {
        using var limit = new CancellationTokenSource(CallTimeout);
        return await ask(limit.Token).ConfigureAwait(false);
    }

    private void BecomeMember()
    {
        Timers.Cancel(FormationEvent.FoundAfterElapsed);
        Context.ActorOf(Props.Create(() => new MemberMarker()), ClusterFormation.MemberName);
        Timers.StartPeriodicTimer(typeof(Renew), new Renew(), TimeSpan.Zero, _authority.RenewEvery);
    }

    private void RenewIfLeading()
    {
        if (_cluster.SelfAddress.Equals(_cluster.State.Leader))
            Ask(_authority.TryHoldLease).PipeTo(Self, success: held => new Renewed(held, null), failure: e => new Renewed(false, e));
    }

    private void Noted(Renewed outcome)
    {
        if (!outcome.Held && !_renewalFailed)
            _log.Warning("This node leads the agents' cluster and could not renew the formation lease ({0}); trying again every {1} s.", outcome.Cause?.Message ?? "another holds it", _authority.RenewEvery.TotalSeconds);
        _renewalFailed = !outcome.Held;
    }

    private sealed record Unavailable(FormationEvent Event, Exception Cause);

    /// <summary>A yes. A lease may have run out when the process was stopped for a while between the question and now: then it is a no.</summary>
    private sealed record Answered(FormationEvent Yes, FormationEvent No, long Asked)
    {
        public bool IsFresh(TimeSpan renewEvery) => Yes != FormationEvent.LeaseHeld || TimeProvider.System.GetElapsedTime(Asked) <= renewEvery;
    }

    private sealed record Discovered(FormationStep Step, IReadOnlyList<Address>? Others, Exception? Cause = null);

    private sealed record RoundOver(long Round);

    private sealed record Renew;

    private sealed record Renewed(bool Held, Exception? Cause);

    /// <summary>Exists, and so can be identified from outside, only while this node is in a cluster.</summary>
    private sealed class MemberMarker : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}
