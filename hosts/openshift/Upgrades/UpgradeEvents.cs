using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Upgrades;

/// <summary>
/// core/v1 Events about BundleUpgrade/cluster. They lie in <c>default</c>, as those about any object without namespace must
/// (kubernetes, pkg/apis/core/validation/events.go). The same thing said again counts up the event that is there.
/// </summary>
internal sealed class UpgradeEvents(ApiServer api, string node) : IDisposable
{
    private const string Space = "default";
    private const string Collection = $"/api/v1/namespaces/{Space}/events";
    private const string Component = "handcarry.dev/supervisor";

    /// <summary>The API server's limit (same source).</summary>
    private const int MessageLimit = 1024;

    private const int Remembered = 64;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<UpgradeEvent, (string Name, int Count)> _said = [];

    public async ValueTask RecordAsync(UpgradeEvent said, string uid, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_said.TryGetValue(said, out var before) && await CountAsync(before.Name, before.Count + 1, cancellationToken))
            {
                _said[said] = before with { Count = before.Count + 1 };
                return;
            }
            if (_said.Count >= Remembered)
                _said.Clear();
            var name = $"{BundleUpgrade.Name}.{Guid.CreateVersion7(api.Time.GetUtcNow()):N}";
            await api.CreateAsync(Collection, Event(name, said, uid), cancellationToken);
            _said[said] = (name, 1);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

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

    private Corev1Event Event(string name, UpgradeEvent said, string uid) => new()
    {
        ApiVersion = "v1",
        Kind = "Event",
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Space },
        InvolvedObject = new V1ObjectReference { ApiVersion = BundleUpgrade.Group, Kind = BundleUpgrade.KindName, Name = BundleUpgrade.Name, Uid = uid },
        Related = said.Node.Length == 0 ? null : new V1ObjectReference { ApiVersion = "v1", Kind = "Node", Name = said.Node },
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
