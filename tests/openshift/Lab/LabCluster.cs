using System.Text.Json.Nodes;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Lab.Api;
using Handcarry.Lab.Operator;

namespace Handcarry.Hosts.OpenShift.Tests.Lab;

/// <summary>An emulated API server with the definition from deploy/, and connections to it as an agent makes them.</summary>
internal sealed class LabCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handcarry-openshift-");
    private readonly List<IDisposable> _connections = [];
    private readonly LabApiServer _server;

    private CancellationTokenSource _back;
    private Task? _dropping;

    private LabCluster(LabApiServer server)
    {
        _server = server;
        _back = Keep(new CancellationTokenSource());
    }

    /// <summary>Times with which nothing in a test has to be waited for.</summary>
    public static WatchTiming Quick { get; } = new()
    {
        FirstPause = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromMilliseconds(50),
        AwayAfter = TimeSpan.FromMilliseconds(100),
    };

    public LabApiServer Server => _server;

    public ObjectStore Objects => _server.Objects;

    /// <summary>With these definitions too.</summary>
    public static async Task<LabCluster> StartAsync(params string[] crds)
    {
        var server = await LabApiServer.StartAsync(new LabApiOptions
        {
            Crds = [await File.ReadAllTextAsync(Repository.File("deploy/crd/bundleupgrades.yaml")), .. crds],
            BookmarkEvery = TimeSpan.FromMilliseconds(200),
        });
        var cluster = new LabCluster(server);
        foreach (var space in (string[])["openshift-config-managed", "openshift-config", "handcarry"])
            cluster.Objects.Put(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = space } });
        foreach (var roles in (string[])["agent", "certificates"])
            cluster.Objects.PutYaml(await File.ReadAllTextAsync(Repository.File($"deploy/rbac/{roles}.yaml")));
        return cluster;
    }

    /// <summary>Another agent's connection, with the service account and the roles of deploy/.</summary>
    public ApiServer Connect(TimeProvider? time = null, params DelegatingHandler[] handlers)
    {
        var kubeconfig = _server.WriteKubeconfig(Path.Combine(_folder.FullName, "kubeconfig"), _server.TokenFor("handcarry", "handcarry-agent"));
        return Keep(new ApiServer(KubernetesConnection.Open(kubeconfig, handlers), time ?? TimeProvider.System));
    }

    /// <summary>The machine config daemons of nodes with this storage.</summary>
    public LabMachineConfigDaemons StartDaemons(INodeStores stores) => LabMachineConfigDaemons.Start(
        _server.WriteKubeconfig(Path.Combine(_folder.FullName, "kubeconfig-admin")), stores, new LabOperatorOptions { SyncEvery = TimeSpan.FromMilliseconds(20) });

    /// <summary>Disposed with the cluster.</summary>
    public T Keep<T>(T disposable) where T : IDisposable
    {
        lock (_connections)
            _connections.Add(disposable);
        return disposable;
    }

    /// <summary>
    /// While away, every request is cut off and every watch dropped: also one that passed the server's door just before it was shut.
    /// </summary>
    public async ValueTask SetAwayAsync(bool away)
    {
        _server.Faults.Outage = away ? ApiOutage.ConnectionReset : ApiOutage.None;
        if (away)
            _dropping ??= DropWatchesAsync(_back.Token);
        else if (_dropping is { } dropping)
        {
            await _back.CancelAsync();
            await dropping;
            (_dropping, _back) = (null, Keep(new CancellationTokenSource()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await SetAwayAsync(false);
        foreach (var connection in Enumerable.Reverse(_connections))
            connection.Dispose();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task DropWatchesAsync(CancellationToken back)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!back.IsCancellationRequested)
        {
            _server.DropWatches();
            await ticks.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
