using Handcarry.Hosts.OpenShift.Tests.Lab;

namespace Handcarry.Hosts.OpenShift.Tests.Restarts;

public sealed class NodeOutlookClientConforms : NodeOutlookConformance, IAsyncLifetime
{
    private LabCluster _cluster = null!;
    private LabOutlookSite _site = null!;

    private protected override IOutlookSite Site => _site;

    public async Task InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync();
        _site = new LabOutlookSite(_cluster);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();
}
