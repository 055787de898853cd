using Akka.Actor;
using Akka.Cluster;
using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Options;

namespace Handcarry.ClusterConfig.Formation;

/// <summary>Brings this node into the one cluster of agents, founding it when there is none; the rules are told in <c>FormationDecision</c>.</summary>
public static class ClusterFormation
{
    internal const string MemberName = "member";
    private const string Name = "formation";

    /// <summary>Path at which others find out whether a node is in a cluster.</summary>
    internal const string MemberPath = $"/user/{Name}/{MemberName}";

    /// <summary>
    /// Starts it, once per actor system; it goes on until the system stops. <paramref name="options"/> may list this node itself. Use
    /// <see cref="Cluster.RegisterOnMemberUp"/> to learn that the node is up.
    /// </summary>
    public static IActorRef Start(ActorSystem system, MembershipOptions options, FormationAuthority authority)
    {
        var self = Cluster.Get(system).SelfAddress;
        Address Of(Endpoint contact) => new(self.Protocol, self.System, contact.Host, contact.Port);
        Address[] configured = [.. options.Contacts.Select(Of).Where(address => !address.Equals(self)).Distinct()];
        Func<CancellationToken, ValueTask<IReadOnlyList<Address>>>? discover = authority.Discover is { } find
            ? async cancellationToken => [.. configured.Concat((await find(cancellationToken).ConfigureAwait(false)).Select(Of)).Where(address => !address.Equals(self)).Distinct()]
            : null;
        return system.ActorOf(Props.Create(() => new FormationActor(configured, discover, options.FoundAfter, authority)), Name);
    }
}
