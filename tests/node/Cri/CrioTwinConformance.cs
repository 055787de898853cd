namespace Handcarry.Hosts.Node.Tests.Cri;

public abstract class CrioTwinConformance(int minor) : ContainerRuntimeConformance
{
    protected override ValueTask<IRuntimeSite> StartAsync() => ValueTask.FromResult<IRuntimeSite>(new CrioTwinSite(minor));
}

public sealed class Crio126Conformance() : CrioTwinConformance(26);

public sealed class Crio128Conformance() : CrioTwinConformance(28);

public sealed class Crio132Conformance() : CrioTwinConformance(32);

public sealed class Crio137Conformance() : CrioTwinConformance(37);
