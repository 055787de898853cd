using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Hosts.OpenShift.Upgrades;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Upgrades;

public sealed class UpgradeStatusClientConforms : UpgradeStatusConformance, IAsyncLifetime
{
    private LabCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await LabCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    protected override IUpgradeStatus NewPort() =>
        _cluster.Keep(new UpgradeStatusClient(_cluster.Connect(), "node-1", LabCluster.Quick));

    protected override ValueTask SetSpecAsync(bool hold, string digest)
    {
        var now = _cluster.Objects.Find(BundleUpgrade.Group, BundleUpgrade.KindName, "", BundleUpgrade.Name) ?? new JsonObject
        {
            ["apiVersion"] = BundleUpgrade.Group,
            ["kind"] = BundleUpgrade.KindName,
            ["metadata"] = new JsonObject { ["name"] = BundleUpgrade.Name },
        };
        var spec = new JsonObject { ["hold"] = hold };
        if (digest.Length > 0)
            spec["bundle"] = new JsonObject { ["digest"] = digest };
        now["spec"] = spec;
        _cluster.Objects.Put(now);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask DeleteAsync()
    {
        _cluster.Objects.Remove(BundleUpgrade.Group, BundleUpgrade.KindName, "", BundleUpgrade.Name);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<IReadOnlyList<UpgradeEvent>> EventsAsync() => ValueTask.FromResult<IReadOnlyList<UpgradeEvent>>(
    [
        .. _cluster.Objects.List("v1", "Event", "default").Where(e => (string)e["involvedObject"]!["kind"]! == BundleUpgrade.KindName).Select(e => new UpgradeEvent(
            (string)e["type"]! == "Warning", (string)e["reason"]!, (string)e["message"]!, (string?)e["related"]?["name"] ?? "")),
    ]);

    protected override ValueTask SetAwayAsync(bool away) => _cluster.SetAwayAsync(away);
}
