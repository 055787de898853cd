using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Tests.Formation;

namespace Handcarry.ClusterConfig.Tests.Hosting;

public sealed class SingletonHandOverTests
{
    [Fact]
    public async Task When_the_oldest_node_leaves_its_singleton_moves_by_hand_over_in_untrusted_mode()
    {
        await using var site = new TestSite();
        var told = new ConcurrentQueue<string>();
        var nodes = await Task.WhenAll("abc".Select(name => site.StartAsync(name.ToString(), akka => akka.WithSingleton<Supervisor>(
            SystemNames.Supervisor,
            (_, _, _) => Props.Create(() => new Supervisor(name.ToString(), told)),
            new ClusterSingletonOptions { Role = SystemNames.AgentRole }))));
        var api = new TestApi();
        foreach (var node in nodes)
            TestCluster.Join(node, nodes, api);
        await TestCluster.AllUp(nodes);
        foreach (var node in nodes)
            await AskSupervisor(node);
        var oldest = nodes.Single(node => told.Contains($"{node.Options.Node.Name} started"));
        var rest = nodes.Where(node => node != oldest).ToArray();

        await oldest.StopAsync();

        await Until.True(() => told.Count >= 3);
        Assert.Equal($"{oldest.Options.Node.Name} stopped", told.ElementAt(1));
        Assert.Contains(told.ElementAt(2), rest.Select(node => $"{node.Options.Node.Name} started"));
        foreach (var node in rest)
            Assert.Equal(told.ElementAt(2), await AskSupervisor(node) + " started");

        // Without an answer to its hand-over message the successor would have waited for the removal of the oldest and for the removal margin.
        Assert.Contains(site.Logs.Lines, line => line.Contains("HandOverDone", StringComparison.Ordinal) || line.Contains("Hand-over", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(site.Logs.Lines, line => line.Contains("UntrustedMode", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<string> AskSupervisor(TestNode node)
    {
        while (true)
        {
            try
            {
                return (await node.Actor<Supervisor>().Ask<Said>(new Said("who"), TimeSpan.FromSeconds(2))).Text;
            }
            catch (AskTimeoutException)
            {
                // asked a supervisor that was on its way out; the proxy finds the new one
            }
        }
    }

    private sealed class Supervisor : UntypedActor
    {
        private readonly string _node;
        private readonly ConcurrentQueue<string> _told;

        public Supervisor(string node, ConcurrentQueue<string> told) => (_node, _told) = (node, told);

        protected override void PreStart() => _told.Enqueue($"{_node} started");

        protected override void PostStop() => _told.Enqueue($"{_node} stopped");

        protected override void OnReceive(object message) => Sender.Tell(new Said(_node));
    }
}
