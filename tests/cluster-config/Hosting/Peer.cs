using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using Akka.Serialization;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.ClusterConfig.Tests.Hosting;

/// <summary>An actor system with Akka's own defaults and a certificate: what somebody else could run.</summary>
internal static class Peer
{
    /// <param name="name">Name of the system.</param>
    /// <param name="tls">Its certificate, which may be one of a client.</param>
    /// <param name="provider">remote, or cluster.</param>
    public static ActorSystem Start(string name, TlsOptions tls, string provider = "remote")
    {
        var certificates = NodeCertificates.Load(tls, clientOnly: true);
        var hocon = ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              actor.provider = {{provider}}
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, enable-ssl = true }
            }
            """);
        return ActorSystem.Create(name, ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(hocon),
            new DotNettySslSetup(certificates.Leaf, false, true, RemotingTrust.TrustOnly(certificates.Trust)),
            SerializationSetup.Create(system => [SerializerDetails.Create("wire", new TestWire(system), [typeof(Said)])])));
    }
}
