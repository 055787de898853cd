using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Forwarding;
using Handcarry.Hosts.OpenShift.Tests.Lab;

namespace Handcarry.Hosts.OpenShift.Tests.Forwarding;

/// <summary>The way to a port of a pod through the API server, as a user with the role of deploy/rbac/login.yaml.</summary>
public sealed class PodPortTests : IAsyncLifetime, IDisposable
{
    private readonly TcpListener _pod = new(IPAddress.Loopback, 0);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handcarry-forward-");
    private LabCluster _cluster = null!;
    private ApiServer _api = null!;

    private int Port => ((IPEndPoint)_pod.LocalEndpoint).Port;

    public async Task InitializeAsync()
    {
        _pod.Start();
        _cluster = await LabCluster.StartAsync();
        _cluster.Objects.PutYaml(await File.ReadAllTextAsync(Repository.File("deploy/rbac/login.yaml")));
        _cluster.Objects.PutYaml("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: carol-login, namespace: handcarry}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: handcarry-login}
            subjects: [{kind: ServiceAccount, name: carol, namespace: ops}]
            """);
        _api = As("carol");
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public void Dispose() => _pod.Dispose();

    [Fact]
    public async Task Bytes_go_both_ways_unchanged_however_many()
    {
        Put("agent-1", Port);
        await using var stream = await PodPort.OpenAsync(_api, Pod("agent-1", Port), default);
        using var accepted = await _pod.AcceptTcpClientAsync();
        var sent = new byte[300_000];
        new Random(7).NextBytes(sent);
        var echo = EchoAsync(accepted, sent.Length);
        var writing = WriteAsync(stream, sent);
        var received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received);
        await Task.WhenAll(writing, echo);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task The_end_of_the_pods_side_is_the_end_of_the_stream()
    {
        Put("agent-1", Port);
        await using var stream = await PodPort.OpenAsync(_api, Pod("agent-1", Port), default);
        using (var accepted = await _pod.AcceptTcpClientAsync())
            await accepted.GetStream().WriteAsync("bye"u8.ToArray());
        var received = new byte[3];
        await stream.ReadExactlyAsync(received);
        Assert.Equal("bye"u8.ToArray(), received);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task A_port_on_which_nobody_listens_is_told_with_what_the_kubelet_says()
    {
        Put("agent-1", Port);
        _pod.Stop();
        await using var stream = await PodPort.OpenAsync(_api, Pod("agent-1", 1), default);
        var error = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1]).AsTask());
        Assert.Contains("Pod agent-1 on node-1 cannot be reached at port 1: error forwarding port 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_is_gone_and_one_without_a_node_are_refused()
    {
        await Assert.ThrowsAsync<ApiUnavailableException>(() => PodPort.OpenAsync(_api, Pod("agent-9", Port), default));
        Put("agent-1", Port, node: "");
        await Assert.ThrowsAsync<ApiUnavailableException>(() => PodPort.OpenAsync(_api, Pod("agent-1", Port), default));
    }

    [Fact]
    public async Task Who_lacks_the_role_gets_neither_the_pods_nor_a_port()
    {
        Put("agent-1", Port);
        using var stranger = As("dave");
        await Assert.ThrowsAsync<ApiUnavailableException>(() => PodPort.OpenAsync(stranger, Pod("agent-1", Port), default));
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await AgentPods.ListAsync(stranger, "handcarry", "clients", default));
    }

    [Fact]
    public async Task Pods_that_run_are_listed_ready_ones_first_over_many_pages()
    {
        for (var i = 0; i < 120; i++)
            Put($"agent-{i:d3}", 9244, ready: i == 119);
        Put("ending", 9244, phase: "Failed");
        var pods = await AgentPods.ListAsync(_api, "handcarry", "clients", default);
        Assert.Equal(120, pods.Count);
        Assert.Equal(new AgentPod("handcarry", "agent-119", "node-1", 9244), pods[0]);
        Assert.Empty(await AgentPods.ListAsync(_api, "handcarry", "other", default));
    }

    [Fact]
    public async Task The_labs_API_opens_no_other_protocol_and_wants_a_port()
    {
        Put("agent-1", Port);
        Assert.Equal(403, await RefusedAsync($"portforward?ports={Port}", "v5.channel.k8s.io"));
        Assert.Equal(400, await RefusedAsync("portforward", PodPort.Protocol));
        Assert.Equal(400, await RefusedAsync("portforward?ports=0", PodPort.Protocol));
    }

    private async Task<int> RefusedAsync(string subresource, string protocol)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Authorization", $"Bearer {_cluster.Server.Token}");
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPem(_cluster.Server.AuthorityPem);
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } });
        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"wss://127.0.0.1:{_cluster.Server.Url.Port}/api/v1/namespaces/handcarry/pods/agent-1/{subresource}"), http, default));
        return (int)socket.HttpStatusCode;
    }

    private static async Task EchoAsync(TcpClient accepted, int length)
    {
        var buffer = new byte[8192];
        for (var left = length; left > 0;)
        {
            var read = await accepted.GetStream().ReadAsync(buffer);
            await accepted.GetStream().WriteAsync(buffer.AsMemory(0, read));
            left -= read;
        }
    }

    private static async Task WriteAsync(Stream stream, byte[] sent)
    {
        for (var at = 0; at < sent.Length; at += 7_001)
            await stream.WriteAsync(sent.AsMemory(at, Math.Min(7_001, sent.Length - at)));
    }

    private static AgentPod Pod(string name, int port) => new("handcarry", name, "node-1", port);

    private ApiServer As(string account) =>
        new(KubernetesConnection.Open(_cluster.Server.WriteKubeconfig(Path.Combine(_folder.FullName, account), _cluster.Server.TokenFor("ops", account))), TimeProvider.System);

    private void Put(string name, int port, string node = "node-1", string phase = "Running", bool ready = false) => _cluster.Objects.Put(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "handcarry", ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "handcarry-agent" } },
        ["spec"] = new JsonObject
        {
            ["nodeName"] = node,
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "agent",
                ["image"] = "agent",
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "clients", ["containerPort"] = (long)port }),
            }),
        },
        ["status"] = new JsonObject
        {
            ["phase"] = phase,
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "False" }),
        },
    });
}
