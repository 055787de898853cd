using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Agents;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Agents;

public sealed class AgentFleetClientConforms : AgentFleetConformance, IAsyncLifetime
{
    private LabCluster _cluster = null!;

    protected override IAgentFleet Port => new AgentFleetClient(_cluster.Connect(), "handcarry");

    public async Task InitializeAsync() => _cluster = await LabCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_node_whose_new_agent_is_not_ready_is_named_with_what_the_kubelet_says()
    {
        await ApplyAsync("localhost/handcarry/agent:0.1.0", 2);
        var pod = _cluster.Objects.Find("v1", "Pod", "handcarry", "handcarry-agent-1")!;
        pod["status"] = new JsonObject
        {
            ["phase"] = "Pending",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "False" }),
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = "agent", ["image"] = "", ["imageID"] = "", ["ready"] = false, ["restartCount"] = 0L,
                ["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "ErrImageNeverPull" } },
            }),
        };
        _cluster.Objects.Put(pod);
        var seen = await Port.LookAsync(default);
        Assert.Equal((1, false), (seen!.Ready, seen.IsComplete));
        Assert.Equal(["node n1 (ErrImageNeverPull)"], seen.Late);
    }

    [Fact]
    public async Task All_else_of_the_DaemonSet_stays_when_an_image_is_set()
    {
        await ApplyAsync("localhost/handcarry/agent:0.1.0", 1);
        var before = Spec();
        Assert.True(await Port.SetImageAsync((await Port.LookAsync(default))!, "handcarry.dev/agent/0.2.0@sha256:a", "handcarry.dev/agent/0.2.0@sha256:a", new SwitchFence(), default));
        var after = Spec();
        Assert.Equal("handcarry.dev/agent/0.2.0@sha256:a", (string?)Agent(after)["image"]);
        Agent(after)["image"] = Agent(before)["image"]!.DeepClone();
        Assert.True(JsonNode.DeepEquals(before, after), $"{before}\n{after}");
    }

    // As deploy/ has it, with the controller's and the kubelets' words about it.
    protected override ValueTask ApplyAsync(string image, int nodes)
    {
        _cluster.Objects.PutYaml(File.ReadAllText(Repository.File("deploy/agent/daemonset.yaml")).Replace("image: handcarry-agent", $"image: {image}", StringComparison.Ordinal));
        var set = Find();
        set["metadata"]!["generation"] = 1L;
        set["status"] = new JsonObject
        {
            ["currentNumberScheduled"] = (long)nodes,
            ["desiredNumberScheduled"] = (long)nodes,
            ["numberMisscheduled"] = 0L,
            ["numberReady"] = (long)nodes,
            ["observedGeneration"] = 1L,
        };
        _cluster.Objects.Put(set);
        for (var i = 1; i <= nodes; i++)
            _cluster.Objects.Put(Pod(i, image));
        return ValueTask.CompletedTask;
    }

    protected override ValueTask TouchAsync()
    {
        var set = Find();
        set["status"]!["numberAvailable"] = 1L;
        _cluster.Objects.Put(set);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SetAwayAsync(bool away) => _cluster.SetAwayAsync(away);

    private JsonObject Find() => (JsonObject)_cluster.Objects.Find("apps/v1", "DaemonSet", "handcarry", "handcarry-agent")!.DeepClone();

    private JsonNode Spec() => Find()["spec"]!;

    private static JsonObject Agent(JsonNode spec) => spec["template"]!["spec"]!["containers"]!.AsArray().OfType<JsonObject>().Single();

    private static JsonObject Pod(int number, string image) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = $"handcarry-agent-{number}", ["namespace"] = "handcarry", ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "handcarry-agent" } },
        ["spec"] = new JsonObject { ["nodeName"] = $"n{number}", ["containers"] = new JsonArray(new JsonObject { ["name"] = "agent", ["image"] = image }) },
        ["status"] = new JsonObject { ["phase"] = "Running", ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }) },
    };
}
