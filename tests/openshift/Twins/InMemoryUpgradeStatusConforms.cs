using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryUpgradeStatusConforms : UpgradeStatusConformance
{
    private readonly InMemoryApi _api = new();
    private readonly InMemoryBundleUpgrade _upgrade;

    public InMemoryUpgradeStatusConforms() => _upgrade = new InMemoryBundleUpgrade(_api);

    protected override IUpgradeStatus NewPort() => new InMemoryUpgradeStatus(_upgrade);

    protected override ValueTask SetSpecAsync(bool hold, string digest)
    {
        _upgrade.SetSpec(hold, digest);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask DeleteAsync()
    {
        _upgrade.Delete();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<IReadOnlyList<UpgradeEvent>> EventsAsync() => ValueTask.FromResult(_upgrade.Events);

    protected override ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }
}
