using Akka.Cluster.Hosting;
using Akka.Cluster.Hosting.SBR;
using Akka.Hosting;
using Akka.Hosting.Logging;
using Akka.Persistence.Sql;
using Akka.Remote.Hosting;
using Handcarry.ClusterConfig.Formation;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.ClusterConfig.Hosting;

/// <summary>Configures an agent's actor system.</summary>
public static class HandcarryHosting
{
    /// <summary>
    /// Remoting with mutual TLS, cluster membership without seed nodes (<see cref="ClusterFormation"/> joins), distributed pub-sub, the receptionist for
    /// clients, the journal, hardening, and logging through <c>ILoggerFactory</c>. Makes the state folder and the journal's file. Only
    /// <paramref name="wire"/>'s types and Akka's own protocols can be sent and read.
    /// </summary>
    public static AkkaConfigurationBuilder WithHandcarry(
        this AkkaConfigurationBuilder builder,
        HandcarryOptions options,
        NodeCertificates certificates,
        WireBinding wire,
        NodeSystemSettings? settings = null)
    {
        settings ??= new NodeSystemSettings();
        string[] selections =
        [
            ClusterFormation.MemberPath,
            .. settings.Singletons.SelectMany(name => new[] { $"/user/{name}", $"/user/{name}/{name}" }),
            .. settings.SelectionPaths,
        ];
        var connectionString = NodeJournal.Prepare(options);
        if (NodeJournal.ConnectionSetup(options.Journal.Provider, connectionString) is { } setup)
            builder.AddSetup(setup);

        return builder
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
                loggers.LogLevel = Hocon.Level(options.Log.Level);
            })
            .AddHocon(Hocon.Journal(options.Journal.Provider, connectionString), HoconAddMode.Prepend)
            .AddHocon(Hocon.Membership(settings.EndProcess, options.Cluster.StableAfter), HoconAddMode.Prepend)
            .AddHocon(Hocon.Footprint, HoconAddMode.Prepend)
            .AddHocon(Hocon.TrustedSelections(selections), HoconAddMode.Prepend)
            .AddHocon(Hocon.Hardening, HoconAddMode.Prepend)
            .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
            .WithRemoting(new RemoteOptions
            {
                HostName = options.Remoting.Host,
                Port = options.Remoting.Port,
                EnableSsl = true,
                Ssl = new SslOptions
                {
                    X509Certificate = certificates.Leaf,
                    RequireMutualAuthentication = true,
                    CustomValidator = RemotingTrust.TrustOnly(certificates.Trust),
                },
            })
            .WithClustering(new ClusterOptions { Roles = [SystemNames.AgentRole], SplitBrainResolver = new KeepMajorityOption() })
            .WithDistributedPubSub(SystemNames.AgentRole)
            .WithClusterClientReceptionist(role: SystemNames.AgentRole)
            .WithCustomSerializer(wire.Name, wire.Types, wire.Create);
    }
}
