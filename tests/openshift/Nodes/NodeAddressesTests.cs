using System.Text.Json.Nodes;
using Handcarry.Hosts.OpenShift.Nodes;
using Handcarry.Hosts.OpenShift.Tests.Lab;

namespace Handcarry.Hosts.OpenShift.Tests.Nodes;

public sealed class NodeAddressesTests : IAsyncLifetime
{
    private LabCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await LabCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Each_node_is_known_by_its_first_internal_address_beyond_one_page()
    {
        for (var i = 0; i < 130; i++)
            Node($"node-{i}", ("Hostname", $"node-{i}"), ("ExternalIP", "192.0.2.1"), ("InternalIP", $"10.0.0.{i}"), ("InternalIP", "fd00::1"));
        Node("blank");
        var found = await NodeAddresses.ListAsync(_cluster.Connect(), default);
        Assert.Equal(Enumerable.Range(0, 130).Select(i => $"10.0.0.{i}").Order(), found.Order());
    }

    private void Node(string name, params (string Type, string Address)[] addresses) => _cluster.Objects.Put(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["status"] = new JsonObject
        {
            ["addresses"] = new JsonArray([.. addresses.Select(address => new JsonObject { ["type"] = address.Type, ["address"] = address.Address })]),
        },
    });
}
