using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Lab.Api;
using Handcarry.Lab.Site;
using Handcarry.Streams.Registry;

namespace Handcarry.Deploy.Tests;

/// <summary>
/// A site on which nothing but deploy/ has been applied: an API server that knows the nodes, and an agent on each, configured by the file in deploy/ and what the
/// kubelet would set. The nodes are loopback addresses, so that all agents have the same ports, as in a cluster.
/// </summary>
internal sealed class FreshSite : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handcarry-fresh-");
    private readonly List<AgentProcess> _agents = [];
    private readonly Dictionary<int, string> _programs = [];
    private readonly int _controlPort;
    private readonly int _dataPort;

    private FreshSite(LabApiServer api, int count)
    {
        Api = api;
        Addresses = [.. Enumerable.Range(0, count).Select(i => $"127.0.77.{i + 1}")];
        (_controlPort, _dataPort) = FreePorts();
    }

    public LabApiServer Api { get; }

    public IReadOnlyList<string> Addresses { get; }

    public string Folder => _folder.FullName;

    public static async Task<FreshSite> StartAsync(int nodes)
    {
        var api = await LabApiServer.StartAsync(new LabApiOptions { Crds = [await File.ReadAllTextAsync(Repository.At("deploy/crd/bundleupgrades.yaml"))] });
        var site = new FreshSite(api, nodes);
        foreach (var space in (string[])["handcarry", "openshift-config-managed"])
            api.Objects.Put(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = space } });
        foreach (var (address, i) in site.Addresses.Select((address, i) => (address, i)))
        {
            api.Objects.Put(new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Node",
                ["metadata"] = new JsonObject { ["name"] = NameOf(i) },
                ["status"] = new JsonObject { ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = address }) },
            });
        }

        return site;
    }

    public static string NameOf(int node) => $"node-{node + 1}";

    /// <summary>What the agent would be configured with, as its own reader sees it.</summary>
    public IReadOnlyDictionary<string, string> Settings(int node) => new Dictionary<string, string>
    {
        ["node.name"] = NameOf(node),
        ["remoting.host"] = Addresses[node],
        ["node.root"] = Root(node),
        ["remoting.port"] = $"{_controlPort}",
        ["data.port"] = $"{_dataPort}",
        ["data.loopbackPort"] = "off",
        ["web.port"] = "off",
        ["clients.port"] = "off",
        ["tls.ca"] = Files(node).Ca,
        ["tls.certificate"] = Files(node).Certificate,
        ["tls.key"] = Files(node).Key,
        ["kubernetes.kubeconfig"] = Api.WriteKubeconfig(Path.Combine(Folder, "kubeconfig")),
        ["media.sources"] = "none",
        ["media.folder"] = "/media",
    };

    public string Root(int node) => Path.Combine(Folder, NameOf(node));

    public TlsOptions Files(int node)
    {
        var state = Path.Combine(Root(node), "var/lib/handcarry/tls");
        return new TlsOptions { Ca = Path.Combine(state, "ca.crt"), Certificate = Path.Combine(state, "tls.crt"), Key = Path.Combine(state, "tls.key") };
    }

    /// <summary>Another program than that of this build as the agent of a node.</summary>
    public void UseProgram(int node, string program) => _programs[node] = program;

    /// <summary>Starts the agents of these nodes at the same time.</summary>
    public void Start(params int[] nodes)
    {
        var started = nodes.Select(Agent).ToArray();
        _agents.AddRange(started);
        Parallel.ForEach(started, agent => agent.Start());
    }

    /// <summary>Ends an agent in good order and starts it again.</summary>
    public async Task RestartAsync(int node)
    {
        var agent = _agents.Single(agent => agent.Node == NameOf(node));
        await agent.StopAsync();
        agent.Start();
    }

    /// <summary>Whether the agents of two nodes let each other in, each by its own files.</summary>
    public async Task<bool> TalkAsync(int from, int to)
    {
        try
        {
            using var certificates = NodeCertificates.Load(Files(from));
            using var client = PeerClient.Create(new PeerIdentity(certificates.Leaf, [.. certificates.Authorities]));
            using var answer = await client.GetAsync(new Uri($"https://{Addresses[to]}:{_dataPort}/v2/"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or CertificateException)
        {
            return false;
        }
    }

    /// <summary>Everything that the agents have said.</summary>
    public string Said() => string.Concat(_agents.Select(agent => File.Exists(agent.Log) ? File.ReadAllText(agent.Log) : ""));

    /// <summary>Whether Akka has let a node into the cluster.</summary>
    public bool IsUp(int node) => Said().Contains($"is moving node [akka.ssl.tcp://handcarry@{Addresses[node]}:{_controlPort}] to [Up]", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            await agent.StopAsync();
            agent.Dispose();
        }

        await Api.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private AgentProcess Agent(int node)
    {
        Directory.CreateDirectory(Path.Combine(Root(node), "media"));
        return new AgentProcess(
            NameOf(node), _programs.GetValueOrDefault(node) ?? AgentProgram.Find(), Path.Combine(Deployment.Folder, "config/handcarry.yaml"), Path.Combine(Folder, $"{NameOf(node)}.log"), Settings(node));
    }

    private static (int, int) FreePorts()
    {
        using TcpListener one = new(IPAddress.Any, 0), two = new(IPAddress.Any, 0);
        one.Start();
        two.Start();
        return (((IPEndPoint)one.LocalEndpoint).Port, ((IPEndPoint)two.LocalEndpoint).Port);
    }
}
