using System.Collections.Immutable;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>What can happen to the supervisor.</summary>
public abstract record SupervisorEvent
{
    private SupervisorEvent()
    {
    }

    /// <summary>The lease was taken and the status read under it: from here on it may decide.</summary>
    public sealed record Took(UpgradeStatus? Status) : SupervisorEvent;

    /// <summary>The lease is not held any more, or a write showed that somebody else has written.</summary>
    public sealed record Lost : SupervisorEvent;

    /// <summary>The administrator's wishes, now and whenever they change.</summary>
    public sealed record SpecSeen(UpgradeSpec Spec) : SupervisorEvent;

    /// <summary>The cluster version operator's object; null when the API has been away for a while.</summary>
    public sealed record VersionSeen(ClusterVersionView? View) : SupervisorEvent;

    /// <summary>How the cluster is; null when the API has been away for a while.</summary>
    public sealed record HealthSeen(ClusterHealth? Health) : SupervisorEvent;

    /// <summary>The nodes that the API lists.</summary>
    public sealed record NodesSeen(IReadOnlyList<ClusterNode> Nodes) : SupervisorEvent;

    /// <summary>Reports of nodes, in the order in which they came; of one node there may be several. What they change is decided upon once.</summary>
    public sealed record Reported(ImmutableList<NodeReport> Reports) : SupervisorEvent
    {
        /// <summary>A node's report.</summary>
        public Reported(NodeReport report)
            : this([report])
        {
        }
    }

    /// <summary>Nothing has been heard of a node's agent for a while, or it has left the cluster.</summary>
    public sealed record Silent(string Node) : SupervisorEvent;

    /// <summary>Time has passed; told every few seconds.</summary>
    public sealed record TimePassed(DateTimeOffset Now) : SupervisorEvent;

    /// <summary>What runs in the cluster was read, or could not be.</summary>
    public sealed record WorkloadsSeen(WorkloadFacts Workloads) : SupervisorEvent;

    /// <summary>The release was verified, with whatever outcome.</summary>
    public sealed record ReleaseVerified(ReleaseVerdict Verdict) : SupervisorEvent;

    /// <summary>The signatures of the release are in place, and its pins are, or are on their way.</summary>
    public sealed record Prepared(PinnedSets Pins) : SupervisorEvent;

    /// <summary>How far the renewal of the agents is.</summary>
    public sealed record AgentsSeen(AgentRollout Rollout) : SupervisorEvent;

    /// <summary>The release could not be verified or prepared for, or the upgrade not be asked for or withdrawn; tried again at the next event after a pause.</summary>
    public sealed record AskFailed(string Reason, string Message) : SupervisorEvent;
}
