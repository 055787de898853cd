using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Restarts;

namespace Handcarry.Hosts.OpenShift.Tests.Restarts;

/// <summary>A cluster whose nodes want to restart their runtimes, in memory or on the lab's API server.</summary>
internal interface IOutlookSite
{
    /// <summary>How the cluster sees node-1.</summary>
    INodeOutlook Outlook { get; }

    /// <summary>How it sees another node.</summary>
    INodeOutlook OutlookOf(string node);

    /// <summary>A candidate for the one lease of all nodes, of 60 s.</summary>
    IFence Lease(string node, TimeProvider time);

    void SetNode(string name, bool ready = true, bool schedulable = true, bool configDone = true);

    /// <param name="progressing">The message of the condition Progressing; null when it is False.</param>
    /// <param name="desired">An image that is asked for and that the operator has not looked at yet.</param>
    void SetVersion(string? progressing, string? desired = null);

    ValueTask SetAwayAsync(bool away);
}
