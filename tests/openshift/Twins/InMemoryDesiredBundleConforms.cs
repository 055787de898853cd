using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryDesiredBundleConforms : DesiredBundleConformance
{
    private readonly InMemoryClusterVersion _twin = new(new InMemoryApi());

    protected override IClusterVersion Port => _twin;

    protected override ValueTask WishAsync(DesiredBundle? wish)
    {
        _twin.Wish(wish);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<(string Image, string Version)> DesiredAsync() => ValueTask.FromResult((_twin.Desired.Image, _twin.Desired.Version));
}
