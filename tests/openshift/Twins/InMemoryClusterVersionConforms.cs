using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryClusterVersionConforms : ClusterVersionConformance
{
    private readonly InMemoryApi _api = new();
    private readonly InMemoryClusterVersion _twin;

    public InMemoryClusterVersionConforms() => _twin = new InMemoryClusterVersion(_api);

    protected override IClusterVersion Port => _twin;

    protected override ValueTask ShowAsync(ClusterVersionView view)
    {
        _twin.Show(now => view with { DesiredImage = now.DesiredImage });
        return ValueTask.CompletedTask;
    }

    protected override ValueTask DesireAsync(string image, string version, bool force)
    {
        _twin.Desire(image, version, force);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<(string Image, string Version, bool Force)> DesiredAsync() => ValueTask.FromResult(_twin.Desired);

    protected override ValueTask<long> SpecChangesAsync() => ValueTask.FromResult((long)_twin.Requests.Count);

    protected override ValueTask<IReadOnlyList<byte[]>> SignaturesAsync(string releaseDigest) =>
        ValueTask.FromResult(_twin.Signatures.GetValueOrDefault(releaseDigest) ?? []);

    protected override ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }
}
