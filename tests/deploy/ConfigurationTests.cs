using System.Text.Json.Nodes;
using Handcarry.ClusterConfig.Options;

namespace Handcarry.Deploy.Tests;

/// <summary>What the manifests say to the agent is read with the agent's own reader.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_agent_takes_its_configuration_and_its_environment()
    {
        var options = Load();
        Assert.Equal(("node-1", "192.0.2.1", "/"), (options.Node.Name, options.Remoting.Host, options.Node.Root));
        Assert.Equal(Deployment.Agents.Namespace, options.Kubernetes.Namespace);
        Assert.Equal("", options.Kubernetes.Kubeconfig);
    }

    [Fact]
    public void A_setting_that_the_agent_does_not_know_is_found()
    {
        File.WriteAllText(_file, Text() + "\nmetrics: { port: 9243 }\n");
        Assert.Contains("metrics.port", Assert.Throws<ConfigurationException>(() => HandcarryConfiguration.Load(_file, Environment(), [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ports_are_those_of_the_agent()
    {
        var options = Load();
        var container = Deployment.Agents.Containers.Single();
        var ports = container.List("ports").ToDictionary(port => port.Text("name"), port => port["containerPort"]!.GetValue<long>());
        Assert.Equal(
            (4, (long)options.Remoting.Port, (long)options.Data.Port, (long)options.Web.Port!, (long)options.Clients.Port!),
            (ports.Count, ports["control"], ports["data"], ports["web"], ports[ClientsOptions.PortName]));
    }

    [Fact]
    public void Probes_ask_where_the_agent_answers_and_wait_for_longer_than_it_takes()
    {
        var container = Deployment.Agents.Containers.Single();
        string[] paths = [.. Probes(container).Select(probe => probe["httpGet"].Text("path"))];
        Assert.Equal(["/healthz", "/healthz", "/readyz"], paths);
        // Without a host the kubelet asks the pod's address, which is the node's; there the agent listens unless it is told otherwise.
        Assert.All(Probes(container), probe => Assert.Equal((null, "web"), (probe["httpGet"]!["host"], probe["httpGet"].Text("port"))));
        Assert.Equal(Load().Remoting.Host, Load().Web.Listen);
        // Telemetry/AgentHealth.cs gives a check 5 s.
        Assert.All(Probes(container), probe => Assert.True(probe["timeoutSeconds"]!.GetValue<long>() > 5));
    }

    [Fact]
    public void The_agent_is_told_of_the_file_that_the_volume_has()
    {
        var command = Deployment.Agents.Containers.Single().Texts("command");
        var file = command[Array.IndexOf(command, "--config") + 1];
        Assert.StartsWith("/run/handcarry/pod/config/", file, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(file), Map()["data"]!.AsObject().Select(entry => entry.Key));
        Assert.Equal("/config", Deployment.Agents.Containers.Single().List("volumeMounts").Single(mount => mount.Text("name") == "config").Text("mountPath"));
    }

    [Fact]
    public void The_agents_may_read_and_renew_the_Secret_of_their_authority_and_no_other()
    {
        var rules = Deployment.Objects.Where(deployed => deployed.Kind == "Role").SelectMany(deployed => deployed.Body.List("rules"))
            .Where(rule => rule.Texts("resources").Contains("secrets") && rule.Texts("resourceNames").Length > 0).ToArray();
        Assert.Equal(["get", "update"], Assert.Single(rules).Texts("verbs"));
        Assert.Equal([Load().Tls.Authority], rules[0].Texts("resourceNames"));
    }

    private static IEnumerable<JsonNode> Probes(JsonNode container) =>
        ((string[])["startupProbe", "livenessProbe", "readinessProbe"]).Select(name => container[name]!);

    private static JsonObject Map() =>
        Deployment.Find("ConfigMap", Deployment.Agents.Namespace, "handcarry-agent")!.Body;

    private static string Text() => Map()["data"].Text("handcarry.yaml");

    private HandcarryOptions Load()
    {
        File.WriteAllText(_file, Text());
        return HandcarryConfiguration.Load(_file, Environment(), []);
    }

    /// <summary>As the kubelet would set it.</summary>
    private static Dictionary<string, string?> Environment() =>
        Deployment.Agents.Containers.Single().List("env").ToDictionary(
            variable => variable.Text("name"),
            string? (variable) => variable["valueFrom"]!["fieldRef"].Text("fieldPath") switch
            {
                "spec.nodeName" => "node-1",
                "status.hostIP" => "192.0.2.1",
                var other => throw new InvalidOperationException($"{other} is not known to this test."),
            });
}
