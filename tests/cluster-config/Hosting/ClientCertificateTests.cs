using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster;
using Handcarry.ClusterConfig.Hosting;

namespace Handcarry.ClusterConfig.Tests.Hosting;

/// <summary>What a person's certificate, as <c>handcarry login</c> gets it, cannot do where agents talk to one another.</summary>
public sealed class ClientCertificateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task With_the_certificate_of_a_client_nobody_joins_the_agents_or_tells_their_actors_anything()
    {
        await using var site = new TestSite();
        var node = await site.StartAsync("node-1");
        var heard = new ConcurrentQueue<object>();
        var target = node.System.ActorOf(Props.Create(() => new Listener(heard)), "target");
        node.Cluster.Join(node.Cluster.SelfAddress);
        await Until.True(() => node.Cluster.State.Members.Any(member => member.Status == MemberStatus.Up));

        var client = Peer.Start(SystemNames.System, site.CertifyClient("carol"), "cluster");
        Tell(client, "from a client");
        Cluster.Get(client).Join(node.Cluster.SelfAddress);
        await Until.True(() => site.Logs.Lines.Any(line => line.Contains("OU=handcarry client", StringComparison.Ordinal) && line.Contains("is not one of this site's agents", StringComparison.Ordinal)));

        // The same with an agent's certificate, so that the test would notice.
        var agent = Peer.Start(SystemNames.System, site.Certify("node-2"), "cluster");
        await Ref(agent).Ask<Said>(new Said("from an agent"), Patience);
        Cluster.Get(agent).Join(node.Cluster.SelfAddress);
        await Until.True(() => node.Cluster.State.Members.Any(member => member.Address.Equals(Cluster.Get(agent).SelfAddress)));

        Assert.Equal([new Said("from an agent")], heard);
        Assert.DoesNotContain(node.Cluster.State.Members, member => member.Address.Equals(Cluster.Get(client).SelfAddress));
        await client.Terminate();
        await agent.Terminate();

        IActorRef Ref(ActorSystem system) => ((ExtendedActorSystem)system).Provider.ResolveActorRef(target.Path.ToStringWithAddress(node.Cluster.SelfAddress));

        void Tell(ActorSystem system, string text) => Ref(system).Tell(new Said(text));
    }
}
