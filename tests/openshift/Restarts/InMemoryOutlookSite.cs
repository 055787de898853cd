using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Restarts;
using Handcarry.Twins.Cluster;

namespace Handcarry.Hosts.OpenShift.Tests.Restarts;

/// <summary>Twin of a cluster's nodes and its version operator, as far as <see cref="INodeOutlook"/> sees them.</summary>
internal sealed class InMemoryOutlookSite : IOutlookSite
{
    private readonly InMemoryApi _api = new();
    private readonly Dictionary<string, NodeOutlook> _nodes = new(StringComparer.Ordinal);
    private readonly InMemoryLease _lease;
    private string _upgrade = "";

    public InMemoryOutlookSite() => _lease = new InMemoryLease(_api);

    public INodeOutlook Outlook => OutlookOf("node-1");

    public INodeOutlook OutlookOf(string node) => new View(this, node);

    public IFence Lease(string node, TimeProvider time) => new InMemoryFence(_lease, node, time, TimeSpan.FromSeconds(60));

    public void SetNode(string name, bool ready = true, bool schedulable = true, bool configDone = true)
    {
        lock (_nodes)
            _nodes[name] = new NodeOutlook(true, ready, schedulable, configDone, "");
    }

    public void SetVersion(string? progressing, string? desired = null) => _upgrade = progressing ?? (desired is null ? "" : $"{desired} is asked for");

    public ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }

    private sealed class View(InMemoryOutlookSite site, string node) : INodeOutlook
    {
        public ValueTask<NodeOutlook> LookAsync(CancellationToken cancellationToken)
        {
            if (site._api.Away)
                throw new ApiUnavailableException("The API is away in this test.");
            lock (site._nodes)
                return ValueTask.FromResult(site._nodes.GetValueOrDefault(node, new NodeOutlook(false, false, false, false, "")) with { Upgrade = site._upgrade });
        }
    }
}
