using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using Akka.Serialization;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.ClusterConfig.Hosting;

/// <summary>The actor system of a client, which is no member of the cluster and talks to it through any agent's receptionist.</summary>
public static class ClientSystem
{
    /// <summary>
    /// Starts one that is as hardened as an agent's, logs nothing, and is reached by the agents through the connection that it makes from
    /// <paramref name="local"/>, an address of this machine.
    /// </summary>
    public static ActorSystem Start(IPAddress local, NodeCertificates certificates, WireBinding wire)
    {
        var config = ConfigurationFactory.ParseString(Hocon.Client(local.ToString()))
            .WithFallback(ConfigurationFactory.ParseString(Hocon.Hardening))
            .WithFallback(ConfigurationFactory.ParseString(Hocon.Footprint))
            .WithFallback(ClusterClientReceptionist.DefaultConfig())

            // ClusterClient sends messages of pub-sub, whose serializer only this configuration names.
            .WithFallback(DistributedPubSub.DefaultConfig());
        return ActorSystem.Create(SystemNames.System, ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(config),
            new DotNettySslSetup(certificates.Leaf, false, true, RemotingTrust.TrustOnly(certificates.Trust)),
            SerializationSetup.Create(system => ImmutableHashSet.Create(SerializerDetails.Create(wire.Name, wire.Create(system), [.. wire.Types])))));
    }

    /// <summary>Starts the client actor, to which <c>ClusterClient.Send(SystemNames.ApiPath, ...)</c> is told or asked.</summary>
    public static IActorRef Connect(ActorSystem system, IEnumerable<Endpoint> contacts)
    {
        var receptionists = contacts
            .Select(contact => new RootActorPath(new Address(SystemNames.Scheme, SystemNames.System, contact.Host, contact.Port)) / "system" / "receptionist")
            .ToImmutableHashSet();
        return system.ActorOf(ClusterClient.Props(ClusterClientSettings.Create(system).WithInitialContacts(receptionists)), "client");
    }
}
