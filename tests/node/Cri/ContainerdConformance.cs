namespace Handcarry.Hosts.Node.Tests.Cri;

public sealed class ContainerdConformance : ContainerRuntimeConformance
{
    protected override async ValueTask<IRuntimeSite> StartAsync() => await ContainerdProcess.StartAsync();
}
