using System.Text.Json.Nodes;

namespace Handcarry.Deploy.Tests;

public sealed class AgreementTests
{
    /// <summary>What OpenShift itself brings.</summary>
    private static readonly string[] RolesOfOpenShift = ["system:openshift:scc:privileged"];

    /// <summary>Namespaces that every OpenShift cluster has.</summary>
    private static readonly string[] SpacesOfOpenShift = ["default", "openshift-config", "openshift-config-managed"];

    [Fact]
    public void No_object_is_there_twice() =>
        Assert.Equal(Deployment.Objects.Count, Deployment.Objects.Select(deployed => deployed.Id).Distinct().Count());

    [Fact]
    public void Every_namespace_is_made_here_or_comes_with_OpenShift()
    {
        var made = Deployment.Objects.Where(deployed => deployed.Kind == "Namespace").Select(deployed => deployed.Name).Concat(SpacesOfOpenShift).Append("").ToArray();
        Assert.All(Deployment.Objects, deployed => Assert.Contains(deployed.Namespace, made));
    }

    [Fact]
    public void The_agents_are_selected_by_the_labels_they_have()
    {
        var selected = Deployment.Agents.Body["spec"]!["selector"]!["matchLabels"]!.AsObject();
        var labels = Deployment.Agents.Pod!["metadata"]!["labels"]!.AsObject();
        Assert.NotEmpty(selected);
        Assert.All(selected, wanted => Assert.Equal(wanted.Value!.GetValue<string>(), labels.Text(wanted.Key)));
    }

    [Fact]
    public void The_service_account_of_the_agents_exists() =>
        Assert.NotNull(Deployment.Find("ServiceAccount", Deployment.Agents.Namespace, Deployment.Agents.Pod!["spec"].Text("serviceAccountName")));

    [Fact]
    public void Every_binding_joins_a_role_and_an_account_that_exist()
    {
        var bindings = Deployment.Objects.Where(deployed => deployed.Kind is "RoleBinding" or "ClusterRoleBinding").ToArray();
        Assert.NotEmpty(bindings);
        foreach (var binding in bindings)
        {
            var role = binding.Body["roleRef"]!;
            Assert.True(
                (role.Text("kind") == "ClusterRole" && RolesOfOpenShift.Contains(role.Text("name")))
                || Deployment.Find(role.Text("kind"), role.Text("kind") == "Role" ? binding.Namespace : "", role.Text("name")) is not null,
                $"{binding.Id} names {role.ToJsonString()}");
            Assert.All(binding.Body.List("subjects"), subject => Assert.NotNull(Deployment.Find(subject.Text("kind"), subject.Text("namespace"), subject.Text("name"))));
        }
    }

    [Fact]
    public void Every_role_is_bound()
    {
        var bound = Deployment.Objects.Where(deployed => deployed.Kind.EndsWith("Binding", StringComparison.Ordinal))
            .Select(deployed => (deployed.Body["roleRef"].Text("kind"), deployed.Body["roleRef"].Text("name"))).ToArray();
        // That of people is bound by the administrator, who knows them.
        Assert.All(Deployment.Objects.Where(deployed => deployed.Kind is "Role" or "ClusterRole" && deployed.Name != "handcarry-login"), role => Assert.Contains((role.Kind, role.Name), bound));
    }

    [Fact]
    public void No_rule_is_a_wildcard_or_gives_a_way_to_more_rights()
    {
        string[] refused = ["*", "escalate", "bind", "impersonate"];
        foreach (var role in Deployment.Objects.Where(deployed => deployed.Kind is "Role" or "ClusterRole"))
        {
            foreach (var rule in role.Body.List("rules"))
            {
                Assert.NotEmpty(rule.Texts("verbs"));
                Assert.Empty(rule.Texts("verbs").Concat(rule.Texts("resources")).Concat(rule.Texts("apiGroups")).Intersect(refused));
            }
        }

        Assert.DoesNotContain(Deployment.Objects, deployed => deployed.Body["roleRef"].Text("name") == "cluster-admin");
    }

    [Fact]
    public void Secrets_are_read_by_name_in_the_agents_own_namespace_alone()
    {
        var rules = Deployment.Objects.Where(deployed => deployed.Kind is "Role" or "ClusterRole")
            .SelectMany(deployed => deployed.Body.List("rules").Select(rule => (deployed, rule)))
            .Where(pair => pair.rule.Texts("resources").Contains("secrets")).ToArray();
        Assert.NotEmpty(rules);
        Assert.All(rules, pair =>
        {
            Assert.Equal(("Role", Deployment.Agents.Namespace), (pair.deployed.Kind, pair.deployed.Namespace));
            Assert.True(pair.rule.Texts("resourceNames").Length > 0 || pair.rule.Texts("verbs") is ["create"], pair.rule.ToJsonString());
        });
    }

    [Fact]
    public void Every_mount_has_its_volume_and_every_volume_what_it_is_made_of()
    {
        var pod = Deployment.Agents.Pod!["spec"];
        var volumes = pod.List("volumes").ToDictionary(volume => volume.Text("name"));
        Assert.Equal(volumes.Keys.Order(), Deployment.Agents.Containers.SelectMany(container => container.List("volumeMounts")).Select(mount => mount.Text("name")).Order());
        Assert.All(
            volumes.Values.Where(volume => volume["configMap"] is not null),
            volume => Assert.NotNull(Deployment.Find("ConfigMap", Deployment.Agents.Namespace, volume["configMap"].Text("name"))));
    }

    [Fact]
    public void An_agent_runs_on_every_node_whatever_is_the_matter_with_it()
    {
        var pod = Deployment.Agents.Pod!["spec"]!;
        Assert.Contains(pod.List("tolerations"), toleration => toleration.AsObject() is { Count: 1 } && toleration.Text("operator") == "Exists");
        Assert.Equal("system-node-critical", pod.Text("priorityClassName"));
        Assert.Equal("", Deployment.Find("Namespace", "", Deployment.Agents.Namespace)!.Body["metadata"]!["annotations"]!.AsObject()["openshift.io/node-selector"]!.GetValue<string>());
    }

    [Fact]
    public void The_host_is_seen_whole_and_what_the_agent_mounts_stays_with_it()
    {
        var pod = Deployment.Agents.Pod!["spec"]!;
        Assert.True(pod["hostNetwork"]!.GetValue<bool>() && pod["hostPID"]!.GetValue<bool>());
        Assert.True(Deployment.Agents.Containers.Single()["securityContext"]!["privileged"]!.GetValue<bool>());
        var volume = pod.List("volumes").Single(volume => volume["hostPath"] is not null);
        Assert.Equal("/", volume["hostPath"].Text("path"));
        var mount = Deployment.Agents.Containers.Single().List("volumeMounts").Single(mount => mount.Text("name") == volume.Text("name"));
        Assert.Equal("HostToContainer", mount.Text("mountPropagation"));
    }

    [Fact]
    public void One_agent_at_a_time_is_replaced_and_has_time_to_leave()
    {
        var spec = Deployment.Agents.Body["spec"]!;
        Assert.Equal((1, 0), (spec["updateStrategy"]!["rollingUpdate"]!["maxUnavailable"]!.GetValue<long>(), spec["updateStrategy"]!["rollingUpdate"]!["maxSurge"]!.GetValue<long>()));
        // AgentHost gives itself 20 s, docs/configuration.md asks for 30.
        Assert.True(Deployment.Agents.Pod!["spec"]!["terminationGracePeriodSeconds"]!.GetValue<long>() >= 30);
    }
}
