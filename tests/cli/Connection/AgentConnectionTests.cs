using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Tools.Client;
using Akka.Hosting;
using Handcarry.Actors.Protocol;
using Handcarry.Cli.Commands;
using Handcarry.ClusterConfig.Formation;
using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Cli.Tests.Connection;

/// <summary>The command against a real agent's actor system with mutual TLS; only the service behind it is a stand-in.</summary>
public sealed class AgentConnectionTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("site", TimeSpan.FromHours(1));
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private IHost? _agent;
    private Endpoint _contact = new("127.0.0.1", 0);

    public async Task InitializeAsync()
    {
        _authority.Write(_folder["ca.crt"]);
        var options = new HandcarryOptions
        {
            Node = new NodeOptions { Name = "node-1", Root = _folder.Path },
            Remoting = new RemotingOptions { Host = "127.0.0.1", Port = 0 },
            Data = new DataOptions { Host = "127.0.0.1", Port = 0 },
            Web = new WebOptions { Listen = "127.0.0.1", Port = null },
            Tls = Certify(_authority, "agent"),
        };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddAkka(SystemNames.System, akka => akka
            .WithHandcarry(
                options,
                NodeCertificates.Load(options.Tls),
                new WireBinding("wire", [typeof(IWireMessage)], system => new WireSerializer(system)),
                new NodeSystemSettings { EndProcess = false })
            .WithActors((system, _) =>
            {
                ClusterClientReceptionist.Get(system).RegisterService(system.ActorOf(Props.Create(() => new StandInApi()), "api"));
                ClusterFormation.Start(system, new MembershipOptions(), new FormationAuthority(_ => new(true), _ => new(true), TimeSpan.FromSeconds(10)));
            }));
        _agent = builder.Build();
        await _agent.StartAsync();
        _contact = _contact with { Port = Akka.Cluster.Cluster.Get(_agent.Services.GetRequiredService<ActorSystem>()).SelfAddress.Port!.Value };
    }

    public async Task DisposeAsync()
    {
        await _agent!.StopAsync();
    }

    public void Dispose()
    {
        _agent?.Dispose();
        _authority.Dispose();
        _folder.Dispose();
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Status_is_answered_by_any_contact_that_lives()
    {
        var exit = await Status(Certify(_authority, "me"), DeadContact(), _contact);
        Assert.Equal("", _error.ToString());
        Assert.Equal(ExitCode.Ok, exit);
        Assert.Contains("node-2  Loading", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused_by_the_site_with_status_4()
    {
        using var other = CertificateAuthority.Create("elsewhere", TimeSpan.FromHours(1));
        other.Write(_folder["both.crt"]);
        await File.AppendAllTextAsync(_folder["both.crt"], await File.ReadAllTextAsync(_folder["ca.crt"]));
        var exit = await Status(Certify(other, "stranger") with { Ca = _folder["both.crt"] }, _contact);
        Assert.StartsWith("The site refuses this certificate.", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, exit);
    }

    [Fact]
    public async Task An_agent_of_another_site_is_no_agent()
    {
        using var other = CertificateAuthority.Create("elsewhere", TimeSpan.FromHours(1));
        other.Write(_folder["other.crt"]);
        var exit = await Status(Certify(other, "stranger") with { Ca = _folder["other.crt"] }, _contact);
        Assert.Contains("its certificate is not of this site", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.NoAgent, exit);
    }

    [Fact]
    public async Task Nobody_at_the_contact_is_told_at_once_with_what_to_check()
    {
        var dead = DeadContact();
        var exit = await Status(Certify(_authority, "me"), dead);
        Assert.StartsWith($"No agent can be reached.\n  {dead}: Connection refused\nCheck ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.NoAgent, exit);
    }

    [Fact]
    public async Task A_certificate_file_that_is_missing_is_named_with_status_2()
    {
        var exit = await Status(Certify(_authority, "me") with { Key = _folder["absent.key"] }, _contact);
        Assert.StartsWith(_folder["absent.key"], _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, exit);
    }

    private static Endpoint DeadContact()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Endpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
    }

    private Task<int> Status(TlsOptions tls, params Endpoint[] contacts) =>
        new CommandLine(new Surroundings(_out, _error, false, new Dictionary<string, string>(), TimeProvider.System)).RunAsync(
            ["status", .. contacts.SelectMany(contact => new[] { "--contact", contact.ToString() }), "--ca", tls.Ca, "--certificate", tls.Certificate, "--key", tls.Key, "--timeout", "30"],
            CancellationToken.None);

    private TlsOptions Certify(CertificateAuthority authority, string name)
    {
        using var issued = authority.Issue(name, ["127.0.0.1"], TimeSpan.FromHours(1));
        issued.Write(_folder[name + ".crt"], _folder[name + ".key"]);
        return new TlsOptions { Ca = _folder["ca.crt"], Certificate = _folder[name + ".crt"], Key = _folder[name + ".key"] };
    }

    private sealed class StandInApi : ReceiveActor
    {
        public StandInApi() => Receive<GetStatus>(_ => Sender.Tell(Replies.Carrying));
    }
}
