namespace Handcarry.ClusterConfig.Formation;

/// <summary>
/// How exactly one cluster comes to be, whatever the order in which nodes start, die and return. No node is special: a list with a first seed
/// would found a second cluster whenever that node restarts alone, and no cluster when it is dead.
/// <code>
/// 1. Every node asks all others to let it join, and tries to create the site's record.
/// 2. The one that created it (a fresh site: there is no cluster yet, see below) takes the lease and founds at once.
/// 3. A node that knows of the record, and that nobody let join for foundAfter, asks the others whether they are members of a cluster.
///    One is: back to 1, it will let us join. None is: take the lease.
/// 4. Lease held: found. Refused, because another founds or a cluster exists that we cannot reach: 3 again after a pause.
/// </code>
/// Nobody founds before the record exists, so that it can be created only where there is no cluster; nobody founds without the lease; and
/// the leader of a cluster keeps renewing it.
/// </summary>
internal static class FormationDecision
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>How it begins.</summary>
    public static (FormationState State, IReadOnlyList<FormationEffect> Effects) Start(bool hasContacts) =>
        (new FormationState(FormationPhase.Seeking, hasContacts),
            hasContacts
                ? [new(FormationStep.JoinContacts), new(FormationStep.WaitFoundAfter), new(FormationStep.CreateRecord)]
                : [new(FormationStep.CreateRecord)]);

    /// <summary>What follows from <paramref name="happened"/>.</summary>
    public static (FormationState State, IReadOnlyList<FormationEffect> Effects) Next(FormationState state, FormationEvent happened) =>
        (state.Phase, happened) switch
        {
            (_, FormationEvent.Joined) => (state with { Phase = FormationPhase.Member }, []),
            (FormationPhase.Member or FormationPhase.Founded, _) => (state, []),

            (FormationPhase.Seeking, FormationEvent.RecordCreated) => To(state with { RecordExists = true }, FormationPhase.Claiming, FormationStep.TakeLease),
            (FormationPhase.Seeking, FormationEvent.RecordExists) => AskWhenDue(state with { RecordExists = true, Failures = 0 }),
            (FormationPhase.Seeking, FormationEvent.RecordUnavailable) => Again(state, FormationStep.CreateRecord),
            (FormationPhase.Seeking, FormationEvent.FoundAfterElapsed) => AskWhenDue(state with { Waited = true }),

            (FormationPhase.Asking, FormationEvent.ContactIsMember) => To(state with { Waited = false }, FormationPhase.Seeking, FormationStep.WaitFoundAfter),
            (FormationPhase.Asking, FormationEvent.NoContactIsMember) => (state with { Phase = FormationPhase.Claiming }, [new(FormationStep.TakeLease)]),

            (FormationPhase.Claiming, FormationEvent.LeaseHeld) => To(state, FormationPhase.Founded, FormationStep.Found),
            (FormationPhase.Claiming, FormationEvent.LeaseRefused or FormationEvent.LeaseUnavailable) => state.HasContacts
                ? Again(state with { Phase = FormationPhase.Asking }, FormationStep.AskContacts)
                : Again(state, FormationStep.TakeLease),

            _ => (state, []),
        };

    private static (FormationState State, IReadOnlyList<FormationEffect> Effects) AskWhenDue(FormationState state) => state switch
    {
        { RecordExists: true, HasContacts: false } => To(state, FormationPhase.Claiming, FormationStep.TakeLease),
        { RecordExists: true, Waited: true } => To(state, FormationPhase.Asking, FormationStep.AskContacts),
        _ => (state, []),
    };

    private static (FormationState State, IReadOnlyList<FormationEffect> Effects) To(FormationState state, FormationPhase phase, FormationStep step) =>
        (state with { Phase = phase, Failures = 0 }, [new(step)]);

    // 1 s, 2 s, 4 s, 8 s, 10 s, 10 s ...
    private static (FormationState State, IReadOnlyList<FormationEffect> Effects) Again(FormationState state, FormationStep step)
    {
        var pause = TimeSpan.FromSeconds(1L << Math.Min(state.Failures, 10));
        return (state with { Failures = state.Failures + 1 }, [new(step, pause < LongestPause ? pause : LongestPause)]);
    }
}
