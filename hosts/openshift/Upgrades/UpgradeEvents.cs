using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Upgrades;

/// <summary>
/// core/v1 Events about BundleUpgrade/cluster and, where one node is concerned, about that node too. They lie in <c>default</c>, as those about any
/// object without namespace must (kubernetes, pkg/apis/core/validation/events.go). The same thing said again counts up the event that is there. How many
/// are sent is bounded, for what concerns the whole upgrade apart from what concerns nodes: hundreds of nodes cannot drown the one that counts.
/// </summary>
internal sealed class UpgradeEvents(ApiServer api, string node) : IDisposable
{
    private const string Space = "default";
    private const string Collection = $"/api/v1/namespaces/{Space}/events";
    private const string Component = "handcarry.dev/supervisor";

    /// <summary>The API server's limit (same source).</summary>
    private const int MessageLimit = 1024;

    private const int Remembered = 64;

    // As client-go's recorder (tools/record/events_cache.go) allows 25 at once; the refill is faster than its one in five minutes, since an upgrade says
    // each thing once.
    private readonly EventBudget _upgrade = new(api.Time, 25, TimeSpan.FromSeconds(30));
    private readonly EventBudget _nodes = new(api.Time, 50, TimeSpan.FromSeconds(2));

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<(UpgradeEvent Said, string About), (string Name, int Count)> _said = [];

    /// <summary>Beyond the budget, nothing is sent.</summary>
    public async ValueTask RecordAsync(UpgradeEvent said, string uid, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!(said.Node.Length == 0 ? _upgrade : _nodes).TryTake())
                return;
            await RecordAsync(said, Upgrade(uid), cancellationToken);
            if (said.Node.Length > 0)
                await RecordAsync(said, Node(said.Node), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async ValueTask RecordAsync(UpgradeEvent said, V1ObjectReference about, CancellationToken cancellationToken)
    {
        var key = (said, about.Kind);
        if (_said.TryGetValue(key, out var before) && await CountAsync(before.Name, before.Count + 1, cancellationToken))
        {
            _said[key] = before with { Count = before.Count + 1 };
            return;
        }
        if (_said.Count >= Remembered)
            _said.Clear();
        var name = $"{about.Name}.{Guid.CreateVersion7(api.Time.GetUtcNow()):N}";
        await api.CreateAsync(Collection, Event(name, said, about), cancellationToken);
        _said[key] = (name, 1);
    }

    /// <summary>False when the event has expired on the server.</summary>
    private async ValueTask<bool> CountAsync(string name, int count, CancellationToken cancellationToken)
    {
        try
        {
            var patch = new JsonObject { ["count"] = count, ["lastTimestamp"] = $"{Now():yyyy-MM-ddTHH:mm:ssZ}" };
            using var _ = await api.MergePatchAsync<JsonDocument>($"{Collection}/{name}", patch, cancellationToken);
            return true;
        }
        catch (StaleWriteException)
        {
            return false;
        }
    }

    private static V1ObjectReference Upgrade(string uid) =>
        new() { ApiVersion = BundleUpgrade.Group, Kind = BundleUpgrade.KindName, Name = BundleUpgrade.Name, Uid = uid };

    // The kubelet's events carry the node's name as its uid, and `kubectl describe node` looks for that (pkg/kubelet/kubelet.go, nodeRef).
    private static V1ObjectReference Node(string name) => new() { ApiVersion = "v1", Kind = "Node", Name = name, Uid = name };

    private Corev1Event Event(string name, UpgradeEvent said, V1ObjectReference about) => new()
    {
        ApiVersion = "v1",
        Kind = "Event",
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Space },
        InvolvedObject = about,
        Related = said.Node.Length == 0 ? null : about.Kind == "Node" ? Upgrade("") : Node(said.Node),
        Type = said.Warning ? "Warning" : "Normal",
        Reason = said.Reason,
        Message = StatusLimits.Cut(said.Message, MessageLimit),
        Count = 1,
        FirstTimestamp = Now(),
        LastTimestamp = Now(),
        Source = new V1EventSource { Component = Component, Host = node },
        ReportingComponent = Component,
        ReportingInstance = node,
    };

    private DateTime Now()
    {
        var now = api.Time.GetUtcNow().UtcTicks;
        return new DateTime(now - (now % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
    }
}
