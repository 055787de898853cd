using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Hosts.OpenShift.Versions;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Versions;

public sealed class ClusterVersionClientConforms : ClusterVersionConformance, IAsyncLifetime
{
    private LabCluster _cluster = null!;
    private LabClusterVersion _version = null!;
    private ClusterVersionClient _client = null!;

    protected override IClusterVersion Port => _client;

    public async Task InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync();
        _version = new LabClusterVersion(_cluster);
        _client = new ClusterVersionClient(_cluster.Connect(), LabCluster.Quick);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    protected override ValueTask ShowAsync(ClusterVersionView view)
    {
        _version.Show(view);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask DesireAsync(string image, string version, bool force)
    {
        _version.Desire(new JsonObject { ["image"] = image, ["version"] = version, ["force"] = force });
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<(string Image, string Version, bool Force)> DesiredAsync() => ValueTask.FromResult(
        ((string?)_version.Desired?["image"] ?? "", (string?)_version.Desired?["version"] ?? "", (bool?)_version.Desired?["force"] ?? false));

    protected override ValueTask<long> SpecChangesAsync() => ValueTask.FromResult(_version.Generation);

    protected override ValueTask<IReadOnlyList<byte[]>> SignaturesAsync(string releaseDigest)
    {
        var name = releaseDigest.Replace(':', '-');
        var map = _cluster.Objects.Find("v1", "ConfigMap", "openshift-config-managed", name);
        IReadOnlyList<byte[]> found = map is null
            ? []
            : [.. map["binaryData"]!.AsObject().OrderBy(b => b.Key, StringComparer.Ordinal).Select(b => Convert.FromBase64String((string)b.Value!))];
        return ValueTask.FromResult(found);
    }

    protected override ValueTask SetAwayAsync(bool away) => _cluster.SetAwayAsync(away);
}
