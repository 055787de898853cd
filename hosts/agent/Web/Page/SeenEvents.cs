using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Site;

namespace Handcarry.Agent.Web.Page;

/// <summary>
/// What this agent has noticed: what it remembers of itself and of the upgrade as a whole from before it was started, changes of the latter since, and of single nodes while
/// somebody looks, for only then are they known here. Safe for any thread.
/// </summary>
internal sealed class SeenEvents(TimeProvider time) : ISiteEvents
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 100;

    private readonly Lock _gate = new();
    private readonly LinkedList<SiteEvent> _events = [];
    private SiteSummary? _summary;
    private Dictionary<string, (Stage Stage, string Reason)> _nodes = new(StringComparer.Ordinal);
    private IReadOnlyList<SiteEvent> _newest = [];

    public IReadOnlyList<SiteEvent> Newest
    {
        get
        {
            lock (_gate)
                return _newest;
        }
    }

    /// <summary>Takes what the node remembers from before, the oldest first.</summary>
    public void Remember(IEnumerable<SiteFact> facts)
    {
        lock (_gate)
        {
            foreach (var fact in facts.TakeLast(Kept))
                Add(fact.At, IsOfSite(fact) ? "" : fact.Node, fact.Message, fact.Reason is "PhaseChanged" or "StageChanged" ? "" : fact.Reason);
            _newest = [.. _events];
        }
    }

    /// <summary>Notices what <paramref name="site"/> hears until it is cancelled.</summary>
    public async Task WatchAsync(SiteBoard site, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var next = site.NextAsync(cancellationToken);
                if (site.Summary is { } summary)
                    Notice(summary);
                await next;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Notices what has changed since the summary before.</summary>
    public void Notice(SiteSummary now)
    {
        lock (_gate)
        {
            var before = _summary;
            _summary = now;
            // After a start of the agent the phase may be the one that is remembered.
            if (before is null ? !_events.Any(known => known.Node.Length == 0 && known.What == SiteChronicle.PhaseOf(now)) : before.Phase != now.Phase || before.Reason != now.Reason)
                Add("", now.Message.Length > 0 ? $"{now.Phase}: {now.Message}" : $"{now.Phase}.", now.Reason);
            if (before is not null && before.Supervisor != now.Supervisor)
                Add("", $"The supervisor is now on {now.Supervisor}; it was on {before.Supervisor}.");
            if (before is not null && before.Acting != now.Acting)
                Add("", now.Acting ? $"The supervisor on {now.Supervisor} may act." : $"The supervisor on {now.Supervisor} may not act: it does not hold the lease.");
            if (before is not null && before.ClusterVersion != now.ClusterVersion && now.ClusterVersion.Length > 0)
                Add("", $"The cluster runs {now.ClusterVersion}.");
            _newest = [.. _events];
        }
    }

    public void Notice(IReadOnlyList<NodeReport> nodes)
    {
        lock (_gate)
        {
            var first = _nodes.Count == 0;
            var now = new Dictionary<string, (Stage, string)>(StringComparer.Ordinal);
            foreach (var node in nodes)
            {
                now[node.Node] = (node.Stage, node.Reason);
                var known = _nodes.TryGetValue(node.Node, out var before);
                if (known ? before.Stage != node.Stage : !first)
                    Add(node.Node, $"{node.Stage}.");
                if (node.Reason.Length > 0 && !(known && before.Reason == node.Reason))
                    Add(node.Node, node.Message, node.Reason);
            }
            _nodes = now;
            _newest = [.. _events];
        }
    }

    // As SiteChronicle says it.
    private static bool IsOfSite(SiteFact fact) => fact.Reason == "SupervisorMoved" || fact.Message.StartsWith("Phase ", StringComparison.Ordinal);

    private void Add(string node, string what, string reason = "") => Add(time.GetUtcNow(), node, what, reason);

    private void Add(DateTimeOffset at, string node, string what, string reason)
    {
        _events.AddFirst(new SiteEvent(at, node, what, reason));
        if (_events.Count > Kept)
            _events.RemoveLast();
    }
}
