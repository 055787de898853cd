namespace Handcarry.Hosts.Node.Arming;

/// <summary>What arming a host comes to.</summary>
/// <param name="Changes">The changes, in the order in which they are safe: at each point the runtime could start.</param>
/// <param name="Services">Which services must be told, after all changes.</param>
/// <param name="Refusals">All that is in the way; with one, nothing is changed.</param>
public sealed record ArmingPlan(IReadOnlyList<HostChange> Changes, IReadOnlyList<ServiceAction> Services, IReadOnlyList<ArmingRefusal> Refusals)
{
    /// <summary>The folders of image stores in which something is published: what was made there is not put back either.</summary>
    public IReadOnlyList<string> Untouched { get; init; } = [];
}
