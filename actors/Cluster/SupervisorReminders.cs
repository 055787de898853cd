using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>Step 6 of <see cref="SupervisorMachine"/>: a node whose report shows that it missed an order hears it again.</summary>
internal static class SupervisorReminders
{
    public static void Answer(SupervisorRound round, NodeReport report)
    {
        if (round.Status.Phase is Phase.Carrying or Phase.Loaded or Phase.Held || round.State.LateServed)
            Plan(round, report);
        switch (round.Status.Phase)
        {
            case Phase.Refused or Phase.Cancelled when round.Status.Bundle is { } refused && report.Commitment == refused.Commitment && report.Stage is Stage.Receiving or Stage.Loading:
                if (!round.Orders.OfType<SupervisorEffect.SendStop>().Any(o => o.Node == report.Node))
                    round.Order(new SupervisorEffect.SendStop(report.Node, new StopWork(round.Status.Epoch, report.Commitment, round.Status.Reason)));
                break;
            case Phase.Completed:
                if (report.Commitment == round.Status.Bundle?.Commitment && report.Stage == Stage.Ready && !round.Orders.OfType<SupervisorEffect.SendFinish>().Any(o => o.Node == report.Node))
                    round.Order(new SupervisorEffect.SendFinish(report.Node, new FinishWork(report.Commitment, round.Status.Bundle!.Version)));
                SupervisorLateNodes.Release(round, report);
                break;
        }
    }

    private static void Plan(SupervisorRound round, NodeReport report)
    {
        if (round.State.Plans.TryGetValue(report.Node, out var plan) && report.Epoch != plan.Epoch && !round.Orders.OfType<SupervisorEffect.SendPlan>().Any(o => o.Node == report.Node))
            round.Order(new SupervisorEffect.SendPlan(report.Node, plan));
    }
}
