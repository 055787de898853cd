using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryReleaseKeysConforms : ReleaseKeysConformance
{
    private readonly InMemoryApi _api = new();
    private readonly InMemoryReleaseKeys _twin;

    public InMemoryReleaseKeysConforms() => _twin = new InMemoryReleaseKeys(_api);

    protected override IReleaseKeys Port => _twin;

    protected override ValueTask SetAsync(params (string Name, string Armored)[] keyrings)
    {
        _twin.Set(keyrings);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }
}
