using Akka.Cluster;
using Handcarry.ClusterConfig.Formation;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tests.Hosting;

namespace Handcarry.ClusterConfig.Tests.Formation;

/// <summary>Makes nodes join each other by the product's rules.</summary>
internal static class TestCluster
{
    public static void Join(TestNode node, IEnumerable<Endpoint> contacts, FormationAuthority authority) =>
        ClusterFormation.Start(node.System, new MembershipOptions { Contacts = [.. contacts], FoundAfter = TimeSpan.FromSeconds(2) }, authority);

    public static void Join(TestNode node, IEnumerable<TestNode> all, TestApi api) =>
        Join(node, all.Select(other => other.Endpoint), api.For(node.Options.Node.Name));

    public static Task AllUp(params TestNode[] nodes) => Until.True(
        () => nodes.All(node => node.Cluster.State.Members.Count(member => member.Status == MemberStatus.Up) == nodes.Length),
        () => string.Join(" | ", nodes.Select(node => $"{node.Options.Node.Name}: {string.Join(",", node.Cluster.State.Members)}")));
}
