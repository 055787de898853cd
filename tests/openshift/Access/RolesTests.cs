using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Hosts.OpenShift.Upgrades;
using k8s;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Tests.Access;

/// <summary>
/// deploy/rbac/agent.yaml. That it is enough is what every other test here shows, since all of them run with it; here is that it is no more.
/// </summary>
public sealed class RolesTests
{
    private const string Group = "rbac.authorization.k8s.io";

    private static readonly IReadOnlyList<V1PolicyRule> Rules = [.. Documents().SelectMany(static document => document switch
    {
        V1ClusterRole role => role.Rules,
        V1Role role => role.Rules,
        _ => [],
    })];

    [Fact]
    public void There_is_no_wildcard_and_no_right_to_give_rights()
    {
        Assert.NotEmpty(Rules);
        Assert.DoesNotContain("*", Rules.SelectMany(rule => rule.Verbs.Concat(rule.Resources).Concat(rule.ApiGroups)));
        Assert.DoesNotContain(Group, Rules.SelectMany(rule => rule.ApiGroups));
        Assert.DoesNotContain("secrets", Rules.SelectMany(rule => rule.Resources));
        Assert.Equal(["pinnedimagesets"], Rules.Where(rule => rule.Verbs.Contains("delete")).SelectMany(rule => rule.Resources));
        Assert.Empty(Rules.SelectMany(rule => rule.Verbs).Intersect(["deletecollection", "escalate", "bind", "impersonate"]));
    }

    [Fact]
    public void Every_binding_names_a_role_and_an_account_of_the_file()
    {
        var roles = Documents().OfType<IMetadata<V1ObjectMeta>>().Where(d => d is V1Role or V1ClusterRole)
            .Select(d => (d.GetType().Name[2..], d.Metadata.NamespaceProperty, d.Metadata.Name)).ToHashSet();
        var account = Assert.Single(Documents().OfType<V1ServiceAccount>());
        var bindings = Documents().Select(d => d switch
        {
            V1RoleBinding b => (b.RoleRef, b.Subjects, b.Metadata.NamespaceProperty),
            V1ClusterRoleBinding b => (b.RoleRef, b.Subjects, null),
            _ => ((V1RoleRef RoleRef, IList<Rbacv1Subject> Subjects, string? Space)?)null,
        }).OfType<(V1RoleRef RoleRef, IList<Rbacv1Subject> Subjects, string? Space)>().ToList();
        Assert.Equal(roles.Count, bindings.Count);
        foreach (var (reference, subjects, space) in bindings)
        {
            Assert.Contains((reference.Kind, space!, reference.Name), roles);
            var subject = Assert.Single(subjects);
            Assert.Equal((account.Metadata.Name, account.Metadata.NamespaceProperty), (subject.Name, subject.NamespaceProperty));
        }
    }

    [Theory]
    [InlineData("PATCH", "/apis/handcarry.dev/v1alpha1/bundleupgrades/cluster")]
    [InlineData("GET", "/apis/handcarry.dev/v1alpha1/bundleupgrades/other")]
    [InlineData("GET", "/apis/handcarry.dev/v1alpha1/bundleupgrades")]
    [InlineData("PATCH", "/apis/config.openshift.io/v1/clusterversions/version/status")]
    [InlineData("GET", "/apis/coordination.k8s.io/v1/namespaces/handcarry/leases/other")]
    [InlineData("GET", "/api/v1/namespaces/handcarry/configmaps")]
    [InlineData("GET", "/api/v1/namespaces/openshift-config/configmaps/x")]
    [InlineData("GET", "/api/v1/namespaces/default/events")]
    [InlineData("GET", "/api/v1/nodes/node-1")]
    public async Task What_the_agents_need_not_do_is_refused(string method, string path)
    {
        await using var cluster = await LabCluster.StartAsync();
        var api = cluster.Connect();
        var refused = await Assert.ThrowsAsync<ApiUnavailableException>(async () =>
        {
            if (method == "GET")
                await api.GetAsync<JsonObject>(path, default);
            else
                await api.MergePatchAsync<JsonObject>(path, new JsonObject(), default);
        });
        Assert.Contains("is forbidden: User \"system:serviceaccount:handcarry:handcarry-agent\" cannot", refused.Message, StringComparison.Ordinal);
        Assert.Contains("check that the agent's roles are installed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_binding_an_agent_may_nothing_and_with_it_again_it_goes_on()
    {
        await using var cluster = await LabCluster.StartAsync();
        using var client = new UpgradeStatusClient(cluster.Connect(), "node-1", LabCluster.Quick);
        Assert.True(cluster.Objects.Remove($"{Group}/v1", "ClusterRoleBinding", "", "handcarry-agent"));
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await client.ReadAsync(default));
        cluster.Objects.PutYaml(await File.ReadAllTextAsync(Manifest()));
        Assert.Null(await client.ReadAsync(default));
    }

    private static string Manifest() => Repository.File("deploy/rbac/agent.yaml");

    private static List<object> Documents() => KubernetesYaml.LoadAllFromString(File.ReadAllText(Manifest()));
}
