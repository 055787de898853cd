using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Tools.Client;
using Akka.Hosting;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Site;
using Handcarry.Agent;
using Handcarry.Agent.Clients;
using Handcarry.Cli.Commands;
using Handcarry.Cli.Login;
using Handcarry.ClusterConfig.Formation;
using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Hosts.OpenShift.Access;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Forwarding;
using Handcarry.Hosts.OpenShift.Upgrades;
using Handcarry.Lab.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Cli.Tests.Clients;

/// <summary>
/// An agent as clients see one: its actor system with mutual TLS, its service for clients, and the lab's API server with the roles of deploy/. Only the supervisor's answer is given.
/// </summary>
internal sealed class ClientSite : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("site", TimeSpan.FromHours(1));
    private readonly LabApiServer _api;
    private readonly ApiServer _connection;
    private readonly IHost _agent;
    private readonly NodeCertificates _certificates;
    private readonly ClientDoor _door;
    private readonly UpgradeStatusClient _events;
    private int _retries;

    private ClientSite(LabApiServer api)
    {
        _api = api;
        var kubeconfig = api.WriteKubeconfig(_folder["agent.kubeconfig"], api.TokenFor("handcarry", "handcarry-agent"));
        _connection = new ApiServer(KubernetesConnection.Open(kubeconfig), TimeProvider.System);
        _events = new UpgradeStatusClient(_connection, "node-1");
        Facts = FactLog.Open(_folder["state"], "node-1", TimeProvider.System);
        Site = new SiteBoard(TimeProvider.System);
        Log = new LogRing(TimeProvider.System);
        _authority.Write(_folder["ca.crt"], _folder["ca.key"]);
        _certificates = NodeCertificates.Load(Certify(_authority, "agent"));
        _door = ClientDoor.Bind(new IPEndPoint(IPAddress.Loopback, 0), _certificates, NullLogger<ClientDoor>.Instance);
        _agent = Agent();
    }

    public SiteBoard Site { get; }

    public FactLog Facts { get; }

    public LogRing Log { get; }

    public Endpoint Contact { get; private set; } = new("127.0.0.1", 0);

    /// <summary>Where clients come in that have logged in.</summary>
    public Endpoint Door => new("127.0.0.1", _door.Endpoint.Port);

    /// <summary>How often the node was asked to try again.</summary>
    public int Retries => _retries;

    public string Folder => _folder.Path;

    public LabApiServer Api => _api;

    /// <summary>Starts it; what the supervisor says is <paramref name="status"/>.</summary>
    public static async Task<ClientSite> StartAsync(StatusReply status)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Actors.sln")))
            root = Path.GetDirectoryName(root)!;
        var api = await LabApiServer.StartAsync(new LabApiOptions { Crds = [await File.ReadAllTextAsync(Path.Combine(root, "deploy/crd/bundleupgrades.yaml"))] });
        foreach (var space in (string[])["handcarry", "openshift-config-managed", "openshift-config"])
            api.Objects.Put(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = space } });
        api.Objects.PutYaml(await File.ReadAllTextAsync(Path.Combine(root, "deploy/rbac/agent.yaml")));
        api.Objects.PutYaml(await File.ReadAllTextAsync(Path.Combine(root, "deploy/rbac/login.yaml")));
        api.Objects.PutYaml(Roles("reader", "get") + "---\n" + Roles("changer", "get, patch") + "---\n" + MayLogIn("reader") + "---\n" + MayLogIn("somebody"));
        var site = new ClientSite(api);
        site.Site.AskBy(_ => Task.FromResult(status));
        await site._agent.StartAsync();
        site.Contact = site.Contact with { Port = Akka.Cluster.Cluster.Get(site._agent.Services.GetRequiredService<ActorSystem>()).SelfAddress.Port!.Value };
        await site._events.ReadAsync(default); // as a supervisor does, which makes BundleUpgrade/cluster
        return site;
    }

    /// <summary>A token of service account <c>ops:name</c>; <c>reader</c> may read, <c>changer</c> may change, too.</summary>
    public string TokenOf(string name) => _api.TokenFor("ops", name);

    /// <summary>Runs a command line against it.</summary>
    public async Task<(int Exit, string Out, string Error)> RunAsync(string token, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var tls = Certify(_authority, "me");
        var exit = await new CommandLine(new Surroundings(output, error, false, new Dictionary<string, string> { ["HANDCARRY_TOKEN"] = token }, TimeProvider.System)).RunAsync(
            [.. args, "--contact", Contact.ToString(), "--ca", tls.Ca, "--certificate", tls.Certificate, "--key", tls.Key, "--timeout", "30"], CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }

    /// <summary>A pod of an agent that has a port for clients, as the DaemonSet makes them.</summary>
    public void AddPod(string name, int port, string node = "node-1") => _api.Objects.PutYaml($"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {name}
          namespace: handcarry
          labels:
            {AgentPods.Label.Replace("=", ": ", StringComparison.Ordinal)}
        spec:
          nodeName: {node}
          containers:
          - name: agent
            image: agent
            ports:
            - name: {ClientsOptions.PortName}
              containerPort: {port}
        status:
          phase: Running
        """);

    /// <summary>Runs a command line as somebody at a keyboard with a kubeconfig, and nothing else.</summary>
    public async Task<(int Exit, string Out, string Error)> RunAsUserAsync(string kubeconfig, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new Dictionary<string, string> { ["KUBECONFIG"] = kubeconfig, ["XDG_CONFIG_HOME"] = _folder["config"] };
        var exit = await new CommandLine(new Surroundings(output, error, false, environment, TimeProvider.System)).RunAsync(args, CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }

    /// <summary>The kubeconfig of a service account of namespace ops.</summary>
    public string KubeconfigOf(string name) => _api.WriteKubeconfig(_folder[$"{name}.kubeconfig"], TokenOf(name));

    /// <summary>A client's certificate, as a login would keep it at this site.</summary>
    public LoginStore Keep(CertificateAuthority by, string kubeconfig, TimeSpan validity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var store = LoginStore.Of(KubeconfigUser.Server(kubeconfig), new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = _folder["config"] })!;
        store.Save(by.IssueClient("carol", request, validity), key.ExportPkcs8PrivateKeyPem(), File.ReadAllText(_folder["ca.crt"]));
        return store;
    }

    public LoginStore Keep(string kubeconfig, TimeSpan validity) => Keep(_authority, kubeconfig, validity);

    /// <summary>The object as the API server has it.</summary>
    public JsonNode Upgrade() => _api.Objects.Find("handcarry.dev/v1alpha1", "BundleUpgrade", "", "cluster")!;

    /// <summary>A certificate of an authority; its trust is this site's.</summary>
    public TlsOptions Certify(CertificateAuthority authority, string name)
    {
        using var issued = authority.Issue(name, ["127.0.0.1"], TimeSpan.FromHours(1));
        issued.Write(_folder[name + ".crt"], _folder[name + ".key"]);
        return new TlsOptions { Ca = _folder["ca.crt"], Certificate = _folder[name + ".crt"], Key = _folder[name + ".key"] };
    }

    public TlsOptions Certify(string name) => Certify(_authority, name);

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        await _agent.StopAsync();
        _agent.Dispose();
        _certificates.Dispose();
        _events.Dispose();
        _connection.Dispose();
        Log.Dispose();
        await _api.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    private IHost Agent()
    {
        var options = new HandcarryOptions
        {
            Node = new NodeOptions { Name = "node-1", Root = _folder.Path },
            Remoting = new RemotingOptions { Host = "127.0.0.1", Port = 0 },
            Data = new DataOptions { Host = "127.0.0.1", Port = 0 },
            Web = new WebOptions { Listen = "127.0.0.1", Port = null },
            Journal = new NodeJournalOptions { ConnectionString = "Host=db;Password=hunter2" },
            Tls = Certify(_authority, "agent"),
        };
        var parts = new ClientParts(
            "node-1",
            new ClientAccess(new AccessReviewClient(_connection), TimeProvider.System),
            new ClientAudit(Facts, _events.RecordAsync, NullLogger<ClientAudit>.Instance, TimeProvider.System),
            Site,
            Facts,
            Log,
            AgentSettings.Of(options))
        {
            Issue = async (user, request, cancel) => await ClientCertificate.IssueAsync(
                new AuthorityKeeping(
                    async _ => new KeptAuthority(
                        new Dictionary<string, string>
                        {
                            ["authority.crt"] = await File.ReadAllTextAsync(_folder["ca.crt"], cancel),
                            ["authority.key"] = await File.ReadAllTextAsync(_folder["ca.key"], cancel),
                        },
                        "1"),
                    (_, _) => new(false),
                    (_, _) => new(false)),
                "the test's authority", user, request, TimeProvider.System, cancel),
            Judge = (_, _) => Task.FromException<Judgement>(new TimeoutException("There is no supervisor.")),
            ChangeSpec = new SpecClient(_connection).ChangeAsync,
            Retry = () => Interlocked.Increment(ref _retries),
            Relay = (_, _, _) => Task.FromException<ClientReply>(new TimeoutException("The other agent is not there.")),
        };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddAkka(SystemNames.System, akka => akka
            .WithHandcarry(
                options with { Journal = new NodeJournalOptions() },
                NodeCertificates.Load(options.Tls),
                new WireBinding("wire", [typeof(IWireMessage)], system => new WireSerializer(system)),
                new NodeSystemSettings { EndProcess = false })
            .WithActors((system, _) =>
            {
                var desk = new ClientDesk(parts, TimeProvider.System);
                var service = system.ActorOf(Props.Create(() => new ClientService(desk)), ClientService.Name);
                ClusterClientReceptionist.Get(system).RegisterService(service);
                _door.Open(desk, (request, cancel) => service.Ask<ClientReply>(request, cancel));
                ClusterFormation.Start(system, new MembershipOptions(), new FormationAuthority(_ => new(true), _ => new(true), TimeSpan.FromSeconds(10)));
            }));
        return builder.Build();
    }

    private static string MayLogIn(string name) => $"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata:
          name: {name}-login
          namespace: handcarry
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: Role
          name: handcarry-login
        subjects:
        - kind: ServiceAccount
          name: {name}
          namespace: ops

        """;

    private static string Roles(string name, string verbs) => $"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata:
          name: {name}
        rules:
        - apiGroups: [handcarry.dev]
          resources: [bundleupgrades]
          verbs: [{verbs}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata:
          name: {name}
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: ClusterRole
          name: {name}
        subjects:
        - kind: ServiceAccount
          name: {name}
          namespace: ops

        """;
}
