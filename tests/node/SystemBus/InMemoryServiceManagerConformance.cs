using Handcarry.Actors.Node;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.SystemBus;

public sealed class InMemoryServiceManagerConformance : ServiceManagerConformance
{
    protected override Task<IServiceManager> OpenAsync()
    {
        var services = new InMemoryServiceManager();
        services.Add(Good, running: true);
        services.Add(Bad, fails: true);
        services.Add(Stubborn, running: true, canReload: false);
        return Task.FromResult<IServiceManager>(services);
    }
}
