using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Hosting;
using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handcarry.ClusterConfig.Tests.Hosting;

/// <summary>An authority, and nodes with certificates of it, on free ports of 127.0.0.1.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<TestNode> _nodes = [];
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("test site", TimeSpan.FromHours(1));

    public TestSite() => _authority.Write(_folder["ca.crt"]);

    public TempFolder Folder => _folder;

    public CollectedLogs Logs { get; } = new();

    public TlsOptions Certify(string name)
    {
        using var issued = _authority.Issue(name, ["127.0.0.1", name], TimeSpan.FromHours(1));
        issued.Write(_folder[name + ".crt"], _folder[name + ".key"]);
        return new TlsOptions { Ca = _folder["ca.crt"], Certificate = _folder[name + ".crt"], Key = _folder[name + ".key"] };
    }

    /// <summary>What <c>handcarry login</c> gets.</summary>
    public TlsOptions CertifyClient(string user)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var asked = new CertificateRequest("CN=whoever", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var tls = new TlsOptions { Ca = _folder["ca.crt"], Certificate = _folder[user + ".crt"], Key = _folder[user + ".key"] };
        File.WriteAllText(tls.Certificate, _authority.IssueClient(user, asked, TimeSpan.FromHours(1)));
        File.WriteAllText(tls.Key, key.ExportPkcs8PrivateKeyPem());
        return tls;
    }

    public HandcarryOptions Options(string name) => new()
    {
        Node = new NodeOptions { Name = name, Root = _folder.Path, State = $"/{name}/state" },
        Remoting = new RemotingOptions { Host = "127.0.0.1", Port = 0 },
        Data = new DataOptions { Host = "127.0.0.1", Port = 0 },
        Web = new WebOptions { Listen = "127.0.0.1", Port = null },
        Tls = Certify(name),
        Cluster = new MembershipOptions { FoundAfter = TimeSpan.FromSeconds(2) },
        Log = new LogOptions { Level = LogLevel.Debug },
    };

    public async Task<TestNode> StartAsync(string name, Action<AkkaConfigurationBuilder>? configure = null)
    {
        var options = Options(name);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(Logs);
        builder.Services.AddAkka(SystemNames.System, akka =>
        {
            akka.WithHandcarry(options, NodeCertificates.Load(options.Tls), TestWire.Binding, new NodeSystemSettings { EndProcess = false });
            configure?.Invoke(akka);
        });
        var host = builder.Build();
        await host.StartAsync();
        var node = new TestNode(host, options);
        _nodes.Add(node);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.StopAsync()));
        _authority.Dispose();
        _folder.Dispose();
    }
}
