using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Signatures;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Signatures;

public sealed class ReleaseKeysClientConforms : ReleaseKeysConformance, IAsyncLifetime
{
    private LabCluster _cluster = null!;

    protected override IReleaseKeys Port => new ReleaseKeysClient(_cluster.Connect());

    public async Task InitializeAsync() => _cluster = await LabCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    protected override ValueTask SetAwayAsync(bool away) => _cluster.SetAwayAsync(away);

    protected override ValueTask SetAsync(params (string Name, string Armored)[] keyrings)
    {
        var data = new JsonObject { ["store-openshift"] = "https://signatures.example.com" };
        foreach (var (name, armored) in keyrings)
            data[name] = armored;
        _cluster.Objects.Put(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "release-verification", ["namespace"] = "openshift-config-managed" },
            ["data"] = data,
        });
        return ValueTask.CompletedTask;
    }
}
