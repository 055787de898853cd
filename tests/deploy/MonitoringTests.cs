using System.Text.Json.Nodes;

namespace Handcarry.Deploy.Tests;

/// <summary>deploy/monitoring, which is applied on its own.</summary>
public sealed class MonitoringTests
{
    private static readonly IReadOnlyList<DeployedObject> Objects = Kustomization.Render(Deployment.Monitoring);

    [Fact]
    public void It_is_not_part_of_what_is_applied_where_its_kinds_are_not_known() =>
        Assert.DoesNotContain(Deployment.Objects, deployed => deployed.Body.Text("apiVersion").StartsWith("monitoring.coreos.com/", StringComparison.Ordinal));

    [Fact]
    public void All_of_it_lies_in_the_agents_namespace_under_names_of_its_own()
    {
        Assert.All(Objects, deployed => Assert.Equal(Deployment.Agents.Namespace, deployed.Namespace));
        Assert.Empty(Objects.Select(deployed => deployed.Id).Intersect(Deployment.Objects.Select(deployed => deployed.Id)));
    }

    [Fact]
    public void Every_object_of_a_kind_of_Kubernetes_is_what_its_schemas_allow() =>
        Assert.Empty(Objects.Where(deployed => deployed.Kind is "Service" or "ConfigMap").Select(deployed => ObjectModels.Violation(deployed.Body)).OfType<string>());

    [Fact]
    public void The_service_finds_the_agents_and_the_port_of_their_page()
    {
        var service = Find("Service");
        var labels = Deployment.Agents.Pod!["metadata"]!["labels"]!.AsObject();
        Assert.All(service["spec"]!["selector"]!.AsObject(), wanted => Assert.Equal(wanted.Value!.GetValue<string>(), labels.Text(wanted.Key)));
        var port = Assert.Single(service["spec"].List("ports"));
        var there = Deployment.Agents.Containers.Single().List("ports").Single(named => named.Text("name") == port.Text("targetPort"));
        Assert.Equal(there["containerPort"]!.GetValue<long>(), port["port"]!.GetValue<long>());
    }

    [Fact]
    public void Prometheus_finds_the_service_and_calls_each_agent_by_its_node()
    {
        var (service, monitor) = (Find("Service"), Find("ServiceMonitor"));
        var labels = service["metadata"]!["labels"]!.AsObject();
        Assert.All(monitor["spec"]!["selector"]!["matchLabels"]!.AsObject(), wanted => Assert.Equal(wanted.Value!.GetValue<string>(), labels.Text(wanted.Key)));
        var endpoint = Assert.Single(monitor["spec"].List("endpoints"));
        Assert.Equal((service["spec"].List("ports").First().Text("name"), "/metrics"), (endpoint.Text("port"), endpoint.Text("path")));
        Assert.Contains(endpoint.List("relabelings"), relabeling => relabeling.Text("targetLabel") == "node");
    }

    private static JsonObject Find(string kind) => Objects.Single(deployed => deployed.Kind == kind).Body;
}
