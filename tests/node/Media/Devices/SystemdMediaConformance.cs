using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Tests.Sandbox;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

[Collection(SandboxSystemd.Collection)]
public sealed class SystemdMediaConformance(SandboxSystemd sandbox) : SandboxMediaConformance(sandbox)
{
    private readonly SandboxSystemd _sandbox = sandbox;

    private protected override IBlockDeviceSource Listen(BlockDeviceCensus census) => new SystemdBlockDevices(census, _sandbox.BusSocket);
}
