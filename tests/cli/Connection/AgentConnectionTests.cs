using System.Net;
using System.Net.Sockets;
using Handcarry.Cli.Commands;
using Handcarry.Cli.Tests.Clients;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.Cli.Tests.Connection;

/// <summary>The command against a real agent's actor system and service with mutual TLS; only the supervisor behind it is a stand-in.</summary>
public sealed class AgentConnectionTests : IAsyncLifetime, IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private ClientSite _site = null!;

    public async Task InitializeAsync() => _site = await ClientSite.StartAsync(Replies.Carrying);

    public async Task DisposeAsync() => await _site.DisposeAsync();

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Status_is_answered_by_any_contact_that_lives()
    {
        var exit = await Status(_site.Certify("me"), DeadContact(), _site.Contact);
        Assert.Equal("", _error.ToString());
        Assert.Equal(ExitCode.Ok, exit);
        Assert.Contains("node-2  Loading", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused_by_the_site_with_status_4()
    {
        using var other = CertificateAuthority.Create("elsewhere", TimeSpan.FromHours(1));
        var both = Path.Combine(_site.Folder, "both.crt");
        other.Write(both);
        await File.AppendAllTextAsync(both, await File.ReadAllTextAsync(Path.Combine(_site.Folder, "ca.crt")));
        var exit = await Status(_site.Certify(other, "stranger") with { Ca = both }, _site.Contact);
        Assert.StartsWith("The site refuses this certificate.", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, exit);
    }

    [Fact]
    public async Task An_agent_of_another_site_is_no_agent()
    {
        using var other = CertificateAuthority.Create("elsewhere", TimeSpan.FromHours(1));
        other.Write(Path.Combine(_site.Folder, "other.crt"));
        var exit = await Status(_site.Certify(other, "stranger") with { Ca = Path.Combine(_site.Folder, "other.crt") }, _site.Contact);
        Assert.Contains("its certificate is not of this site", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.NoAgent, exit);
    }

    [Fact]
    public async Task Nobody_at_the_contact_is_told_at_once_with_what_to_check()
    {
        var dead = DeadContact();
        var exit = await Status(_site.Certify("me"), dead);
        Assert.StartsWith($"No agent can be reached.\n  {dead}: Connection refused\nCheck ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.NoAgent, exit);
    }

    [Fact]
    public async Task A_certificate_file_that_is_missing_is_named_with_status_2()
    {
        var absent = Path.Combine(_site.Folder, "absent.key");
        var exit = await Status(_site.Certify("me") with { Key = absent }, _site.Contact);
        Assert.StartsWith(absent, _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, exit);
    }

    private static Endpoint DeadContact()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Endpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
    }

    private Task<int> Status(TlsOptions tls, params Endpoint[] contacts) =>
        new CommandLine(new Surroundings(_out, _error, false, new Dictionary<string, string> { ["HANDCARRY_TOKEN"] = _site.TokenOf("reader") }, TimeProvider.System)).RunAsync(
            ["status", .. contacts.SelectMany(contact => new[] { "--contact", contact.ToString() }), "--ca", tls.Ca, "--certificate", tls.Certificate, "--key", tls.Key, "--timeout", "30"],
            CancellationToken.None);
}
