using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.SystemBus;
using Handcarry.Hosts.Node.Tests.Sandbox;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.SystemBus;

[Collection(SandboxSystemd.Collection)]
public sealed class SystemdServiceManagerConformance(SandboxSystemd sandbox) : ServiceManagerConformance
{
    [SkippableFact]
    public async Task Where_nobody_answers_it_is_said_where()
    {
        var refused = await Assert.ThrowsAsync<ServiceException>(() => new SystemdServiceManager("/nowhere/socket").RestartAsync(Good, default).AsTask());
        Assert.Equal(ServiceException.NoServiceManager, refused.Reason);
        Assert.Contains("/nowhere/socket", refused.Message, StringComparison.Ordinal);
    }

    protected override async Task<IServiceManager> OpenAsync()
    {
        sandbox.Need();
        var services = new SystemdServiceManager(sandbox.BusSocket);
        Assert.Equal(JobResult.Done, await services.RestartAsync(Good, default));
        Assert.Equal(JobResult.Done, await services.RestartAsync(Stubborn, default));
        return services;
    }
}
