using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Hosts.OpenShift.Workloads;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Workloads;

public sealed class WorkloadsClientConforms : WorkloadsConformance, IAsyncLifetime
{
    private LabCluster _cluster = null!;
    private int _pods;

    protected override IWorkloads Port => _cluster.Keep(new WorkloadsClient(_cluster.Connect(), TimeSpan.Zero));

    public async Task InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync();
        foreach (var space in (string[])["a", "b"])
            _cluster.Objects.Put(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = space } });
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    protected override ValueTask SetAwayAsync(bool away) => _cluster.SetAwayAsync(away);

    protected override ValueTask SetAsync(params WorkloadImage[] pods)
    {
        foreach (var pod in pods)
        {
            var workload = pod.Workload.Split('/');
            Put(workload[0], workload[1], workload[2], "node-1", pod.Image, pod.Always, pod.Here);
        }
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Pods_of_more_than_one_page_are_all_looked_at()
    {
        for (var i = 0; i < 260; i++)
            Put("a", "Job", $"job-{i:000}", "node-1", "example.com/job:1", always: true, here: true);
        Assert.Equal(Enumerable.Range(0, 260).Select(i => $"a/Job/job-{i:000}"), (await Port.ReadAsync(default)).Images.Select(image => image.Workload));
    }

    [Fact]
    public async Task An_image_is_here_when_the_node_of_the_pod_names_it_or_any_node_while_it_has_none()
    {
        Node("node-1", "example.com/x:1");
        Node("node-2", "example.com/y:1");
        Put("a", "Job", "on-its-node", "node-1", "example.com/x:1", always: false, here: false);
        Put("a", "Job", "elsewhere", "node-1", "example.com/y:1", always: false, here: false);
        Put("a", "Job", "not-placed", "", "example.com/y:1", always: false, here: false);
        Assert.Equal(["a/Job/elsewhere"], (await Port.ReadAsync(default)).Images.Select(image => image.Workload));
    }

    [Fact]
    public async Task A_replica_set_is_told_as_its_deployment_and_a_pod_of_nobody_as_itself()
    {
        var cart = Put("a", "ReplicaSet", "cart-5f6d", "node-1", "example.com/x:1", always: true, here: true);
        cart["metadata"]!["labels"] = new JsonObject { ["pod-template-hash"] = "5f6d" };
        _cluster.Objects.Put(cart);
        var alone = Put("b", "Job", "x", "node-1", "example.com/x:1", always: true, here: true);
        alone["metadata"]!.AsObject().Remove("ownerReferences");
        _cluster.Objects.Put(alone);
        Assert.Equal(["a/Deployment/cart", $"b/Pod/{alone["metadata"]!["name"]}"], (await Port.ReadAsync(default)).Images.Select(image => image.Workload));
    }

    [Theory]
    [InlineData("Succeeded")]
    [InlineData("Failed")]
    public async Task A_pod_that_has_ended_needs_nothing(string phase)
    {
        var pod = Put("a", "Job", "done", "node-1", "example.com/x:1", always: true, here: false);
        pod["status"]!["phase"] = phase;
        _cluster.Objects.Put(pod);
        Assert.Empty((await Port.ReadAsync(default)).Images);
    }

    [Fact]
    public async Task An_answer_is_given_again_within_its_time()
    {
        using var port = new WorkloadsClient(_cluster.Connect(), TimeSpan.FromHours(1));
        var first = await port.ReadAsync(default);
        Put("a", "Job", "late", "node-1", "example.com/x:1", always: true, here: true);
        Assert.Same(first, await port.ReadAsync(default));
    }

    private JsonObject Put(string space, string kind, string name, string node, string image, bool always, bool here)
    {
        var container = new JsonObject { ["name"] = "main", ["image"] = image, ["imagePullPolicy"] = always ? "Always" : "IfNotPresent" };
        var spec = new JsonObject { ["containers"] = new JsonArray(container) };
        if (node.Length > 0)
            spec["nodeName"] = node;
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"pod-{++_pods}",
                ["namespace"] = space,
                ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = kind, ["name"] = name, ["uid"] = name, ["controller"] = true }),
            },
            ["spec"] = spec,
            ["status"] = new JsonObject
            {
                ["phase"] = here ? "Running" : "Pending",
                ["containerStatuses"] = new JsonArray(new JsonObject
                {
                    ["name"] = "main",
                    ["image"] = image,
                    ["imageID"] = here ? image : "",
                    ["ready"] = here,
                }),
            },
        };
        _cluster.Objects.Put(pod);
        return pod;
    }

    private void Node(string name, string image) => _cluster.Objects.Put(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["status"] = new JsonObject { ["images"] = new JsonArray(new JsonObject { ["names"] = new JsonArray(image), ["sizeBytes"] = 5L }) },
    });
}
