namespace Handcarry.Hosts.OpenShift.Tests.Restarts;

public sealed class InMemoryNodeOutlookConforms : NodeOutlookConformance
{
    private protected override IOutlookSite Site { get; } = new InMemoryOutlookSite();
}
