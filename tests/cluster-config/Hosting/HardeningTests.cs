using System.Collections.Concurrent;
using Akka.Actor;

namespace Handcarry.ClusterConfig.Tests.Hosting;

/// <summary>What a peer that has a certificate, and is not our software, can make an agent do.</summary>
public sealed class HardeningTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_agent_builds_no_type_deploys_no_actor_and_stops_no_actor_for_a_peer()
    {
        await using var site = new TestSite();
        var node = await site.StartAsync("victim");
        var victim = await AttackAsync(site, node.System);

        Assert.Equal((0, 0, true), victim);

        // The words by which another test knows that nothing of ours is dropped.
        Assert.Contains(site.Logs.Lines, line => line.Contains("UntrustedMode", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_same_attacks_succeed_against_default_settings_so_the_test_above_would_notice()
    {
        await using var site = new TestSite();
        var plain = Peer.Start("plain", site.Certify("plain"));
        var victim = await AttackAsync(site, plain);
        await plain.Terminate();

        Assert.Equal((1, 1, false), victim);
    }

    /// <summary>
    /// Each attack is followed by a message that is allowed, on the same connection and so in the same order: when that has been
    /// answered, the attack has been dealt with.
    /// </summary>
    private static async Task<(int GadgetsBuilt, int Deployed, bool Alive)> AttackAsync(TestSite site, ActorSystem victim)
    {
        var heard = new ConcurrentQueue<object>();
        var target = victim.ActorOf(Props.Create(() => new Listener(heard)), "target");
        var witness = victim.ActorOf(Props.Create(() => new Listener(heard)), "witness");
        var dead = target.WatchAsync();
        var address = ((ExtendedActorSystem)victim).Provider.DefaultAddress;
        var attacker = Peer.Start("attacker", site.Certify("attacker"));
        var provider = ((ExtendedActorSystem)attacker).Provider;
        var remote = provider.ResolveActorRef(target.Path.ToStringWithAddress(address));
        var remoteWitness = provider.ResolveActorRef(witness.Path.ToStringWithAddress(address));

        var gadget = new Gadget { Command = "made by the attacker" };
        Gadget.Built = 0;
        remote.Tell(gadget);
        await remoteWitness.Ask<Said>(new Said("gadget sent"), Patience);
        var built = Gadget.Built;

        Planted.RanIn.Clear();
        var planted = attacker.ActorOf(Props.Create(() => new Planted()).WithDeploy(Deploy.None.WithScope(new RemoteScope(address))), "planted");
        planted.Tell(new Said("are you there"));
        await remoteWitness.Ask<Said>(new Said("deployment sent"), Patience);
        if (victim.Name == "plain")
            await Until.True(() => Planted.RanIn.Count > 0);
        var deployed = Planted.RanIn.Count;

        remote.Tell(PoisonPill.Instance);
        remote.Tell(Kill.Instance);
        attacker.ActorSelection(target.Path.ToStringWithAddress(address)).Tell(PoisonPill.Instance);
        attacker.Stop(remote);
        await remoteWitness.Ask<Said>(new Said("poison sent"), Patience);
        if (victim.Name == "plain")
            await dead;
        var alive = !dead.IsCompleted
            && (await target.Ask<Said>(new Said("still there"), Patience)).Text == "heard still there";
        await attacker.Terminate();
        return (built, deployed, alive);
    }
}
