namespace Handcarry.Hosts.OpenShift.Tests.Restarts;

public sealed class InMemoryRestartTurnTests : RestartTurnConformance
{
    private protected override IOutlookSite Site { get; } = new InMemoryOutlookSite();
}
