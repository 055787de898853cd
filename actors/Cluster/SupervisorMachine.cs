using System.Collections.Immutable;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// The decisions of the supervisor, without clock, I/O or actors. Each event changes what is known; then everything is decided anew from
/// what is known, so it does not matter in which order facts arrive or which supervisor gathered them.
/// <code><![CDATA[
///   Idle -> Judging -> Carrying -> Loaded -> (Held) -> Upgrading -> Completed
///              |          |                               |
///              +-> Refused <--------------+               +-> Failed (and back, when the operator takes it after all)
///   (any of these before the operator has begun) -> Cancelled, when the administrator wants it
/// ]]></code>
/// 1 candidates: usable bundles on media of any node. 2 judging: all findings, or on to carrying. 3 carrying: a plan per node, a new epoch
/// whenever the plans change. 4 all nodes ready: verified, wanted now, and the cluster still fit. 5 upgrading: the operator's own words, then
/// the pools and nodes; who comes late is served. 6 the end: nodes are told. 7 the agents renew themselves.
/// </summary>
public static class SupervisorMachine
{
    /// <summary>What <paramref name="happened"/> changes, and what is to be done about it, in order.</summary>
    public static (SupervisorState State, ImmutableList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened)
    {
        var before = state;
        state = Learn(state, happened);
        if (!state.Acting || state.Spec is null || state.Nodes is null)
            return (state, []);

        var round = new SupervisorRound(before.Acting ? before.Status : null, before, state, happened);
        // A decision may open the way to the next one at once, but no phase is decided twice in one round.
        for (var decided = new HashSet<Phase>(); decided.Add(round.Status.Phase);)
            Decide(round);
        new SupervisorLateNodes(round).Decide();
        if (round.State.Trust != before.Trust)
            Accuse(round);
        if (happened is SupervisorEvent.Reported { Reports: var reports })
            reports.ForEach(report => SupervisorReminders.Answer(round, report));
        Upkeep(round);
        Unpin(round);
        new SupervisorRenewal(round).Decide();
        var effects = round.Effects();
        return (round.State, effects);
    }

    private static SupervisorState Learn(SupervisorState state, SupervisorEvent happened) => happened switch
    {
        SupervisorEvent.Took e => state with
        {
            Acting = true,
            Asked = false,
            Verdict = null,
            Verifying = false,
            ReadingWorkloads = false,
            Pins = null,
            Preparing = false,
            Unpinned = null,
            Withdrawing = false,
            SilentSince = null,
            LateSince = null,
            UpkeepPaused = null,
            Renewal = new RenewalState { MustLook = e.Status?.Phase == Phase.Judging },
            Plans = state.Plans.Clear(),
            DigestsAsked = state.DigestsAsked.Clear(),
            Status = e.Status ?? new UpgradeStatus { Phase = Phase.Idle },
        },
        SupervisorEvent.Lost => state with { Acting = false },
        SupervisorEvent.SpecSeen e => Selected(Wanted(state with { OwnSpec = e.Spec })),
        SupervisorEvent.VersionSeen e => Wanted(state with
        {
            Version = e.View,
            // What was wanted holds while the API is away.
            Wish = e.View is { } seen ? seen.Wish : state.Wish,
            Withdrawing = state.Withdrawing && e.View?.DesiredImage == state.Version?.DesiredImage,
            SilentSince = e.View is { Observed: true } ? null : state.SilentSince,
        }),
        SupervisorEvent.HealthSeen e => state with { Health = e.Health },
        SupervisorEvent.NodesSeen e => Selected(state with { AllNodes = e.Nodes }),
        SupervisorEvent.Reported e => e.Reports.Aggregate(state, static (known, report) => known with
        {
            Reports = known.Reports.SetItem(report.Node, report),
            Links = known.Links.Learn(report),
            Trust = known.Trust.Learn(report),
        }),
        SupervisorEvent.Silent e => state with { Reports = state.Reports.Remove(e.Node), Links = state.Links.Forget(e.Node) },
        SupervisorEvent.TimePassed e => state with { Now = e.Now },
        SupervisorEvent.WorkloadsSeen e => state with { Workloads = e.Workloads, ReadingWorkloads = false },
        SupervisorEvent.ReleaseVerified e => state with { Verdict = e.Verdict, Verifying = false },
        // What was prepared before the bundle was called off is taken away again.
        SupervisorEvent.Prepared e => state with { Pins = state.Preparing ? e.Pins : state.Pins, Preparing = false },
        SupervisorEvent.AgentsSeen e => state with { Renewal = state.Renewal.With(e.Rollout, state.Now) },
        SupervisorEvent.AskFailed e => state with { Renewal = state.Renewal with { Asking = false }, Asked = false, Verifying = false, Preparing = false, Withdrawing = false, Status = state.Status with { Reason = e.Reason, Message = e.Message } },
        _ => state,
    };

    private static SupervisorState Wanted(SupervisorState state) => state.OwnSpec is { } own ? state with { Spec = state.Wish?.Over(own) ?? own } : state;

    private static SupervisorState Selected(SupervisorState state) => state with { Nodes = SelectedNodes.Of(state) };

    private static void Decide(SupervisorRound round)
    {
        if (round.State.Spec!.Cancel && new SupervisorCancelling(round) is var cancelling && cancelling.IsPossible())
        {
            cancelling.Decide();
            return;
        }

        switch (round.Status.Phase)
        {
            case Phase.Idle or Phase.Judging or Phase.Completed or Phase.Refused or Phase.Cancelled:
                new SupervisorJudging(round).Decide();
                break;
            case Phase.Carrying or Phase.Loaded or Phase.Held:
                new SupervisorCarrying(round).Decide();
                break;
            case Phase.Upgrading or Phase.Failed:
                new SupervisorDriving(round).Decide();
                break;
        }
    }

    // A node that is busy, or reboots, must not be taken for a broken one, and the nodes must stay the same. While the administrator lets everybody
    // wait, perhaps for days, nothing of that is needed.
    private static void Upkeep(SupervisorRound round)
    {
        var pause = round.Status.Phase is Phase.Carrying or Phase.Loaded or Phase.Upgrading;
        if (round.State.UpkeepPaused == pause)
            return;
        round.State = round.State with { UpkeepPaused = pause };
        round.OrderFirst(pause ? new SupervisorEffect.PauseUpkeep(round.State.AllNodes!.Count) : new SupervisorEffect.ResumeUpkeep());
    }

    // Once for each end, and once more for each supervisor: its predecessor may have gone before it came to it.
    private static void Unpin(SupervisorRound round)
    {
        SupervisorEffect? order = (round.Status.Phase, round.Status.Bundle) switch
        {
            (Phase.Completed, { } running) => new SupervisorEffect.KeepPins(running.Commitment),
            (Phase.Refused or Phase.Cancelled, { } unused) => new SupervisorEffect.DropPins(unused.Commitment),
            _ => null,
        };
        if (round.State.Unpinned == order)
            return;
        round.State = round.State with { Unpinned = order };
        if (order is null)
            return;
        round.State = round.State with { Pins = null, Preparing = false };
        round.Order(order);
    }

    // A blob that was drawn well from another holder leaves no trace in the reports, but it must be seen.
    private static void Accuse(SupervisorRound round)
    {
        foreach (var (by, complaint) in round.State.Trust.Since(round.Before.Trust))
            round.Record(new UpgradeEvent(true, complaint.Reason, $"{by} refused a blob. {complaint.Message} It is drawn again."));
        foreach (var node in round.State.Trust.LeftOut.Except(round.Before.Trust.LeftOut))
            round.Record(new UpgradeEvent(true, Reasons.HolderLeftOut, round.State.Trust.Against(node)!));
    }
}
