using Handcarry.Hosts.OpenShift.Tests.Lab;

namespace Handcarry.Hosts.OpenShift.Tests.Restarts;

/// <summary>Three agents with the rights of deploy/ at one API server.</summary>
public sealed class LabRestartTurnTests : RestartTurnConformance
{
    private LabCluster _cluster = null!;
    private LabOutlookSite _site = null!;

    private protected override IOutlookSite Site => _site;

    public override async Task InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync();
        _site = new LabOutlookSite(_cluster);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _cluster.DisposeAsync();
    }
}
