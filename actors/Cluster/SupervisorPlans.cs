using System.Collections.Immutable;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>The plans of one round: who reads a medium and who draws from whom, told to every node under a new epoch whenever one of them changes.</summary>
internal sealed class SupervisorPlans(SupervisorRound round)
{
    /// <summary>Plans anew, unless nothing has happened that a plan depends on.</summary>
    public void Follow(BundleFacts bundle)
    {
        if (round.IsProgressAlone)
            return;
        var plans = Limited(ChainPlanner.Plan(round.Status.Epoch, bundle, [.. round.Members()], round.State.Plans, Site()));
        if (plans.SequenceEqual(round.State.Plans))
            return;
        var epoch = round.Status.Epoch + 1;
        round.State = round.State with
        {
            Plans = plans.ToImmutableSortedDictionary(p => p.Key, p => p.Value with { Epoch = epoch }, StringComparer.Ordinal),
            Status = round.Status with { Epoch = epoch },
        };
        round.WithdrawPlans();
        foreach (var (name, plan) in round.State.Plans)
            round.Order(new SupervisorEffect.SendPlan(name, plan));
    }

    private SiteFacts Site() => new(
        round.State.Nodes!.Where(n => n.Value.Zone.Length > 0).ToImmutableSortedDictionary(n => n.Key, n => n.Value.Zone, StringComparer.Ordinal),
        round.State.Links,
        round.State.Trust.LeftOut,
        Least(round.State.SiteBytesPerSecond, round.State.Spec!.SiteBytesPerSecond));

    // A node that reads a medium reads it for everybody; spec.rate is about the network.
    private IReadOnlyDictionary<string, CarryPlan> Limited(IReadOnlyDictionary<string, CarryPlan> plans) => round.State.Spec!.NodeBytesPerSecond is > 0 and var most
        ? plans.ToImmutableSortedDictionary(p => p.Key, p => p.Value.From is null ? p.Value : p.Value with { BytesPerSecond = Least(p.Value.BytesPerSecond, most) }, StringComparer.Ordinal)
        : plans;

    private static long Least(long one, long other) => one == 0 ? other : other == 0 ? one : Math.Min(one, other);
}
