using Handcarry.Lab.Api;
using Handcarry.Lab.Operator;
using Handcarry.Lab.Release;

namespace Handcarry.Lab.Site;

/// <summary>
/// A disconnected site on this machine: an API server and a cluster version operator in this process, and nodes that each have a folder
/// for their root and a real agent. The agents know nothing of that.
/// </summary>
internal sealed class LabSite : IAsyncDisposable
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(500);

    private readonly SiteOptions _options;
    private readonly List<InsertedMedium> _media = [];
    private readonly CancellationTokenSource _stop = new();
    private SiteCluster? _cluster;
    private Task _sampling = Task.CompletedTask;

    private LabSite(SiteFolder folder, SiteOptions options)
    {
        Folder = folder;
        _options = options;
    }

    public SiteFolder Folder { get; }

    public IReadOnlyList<SiteNode> Nodes { get; private set; } = [];

    /// <summary>The nodes' images, seen from outside.</summary>
    public INodeStores Stores { get; private set; } = null!;

    /// <summary>The nodes' network; null when all are on the loopback address.</summary>
    public SiteNetwork? Network { get; private set; }

    /// <summary>Its API server, seen from outside.</summary>
    public SiteApi Api { get; private set; } = null!;

    /// <summary>
    /// Starts a site in <paramref name="folder"/> that runs the version before <paramref name="release"/> and trusts the key that signed it.
    /// Whatever was started is ended again when this fails.
    /// </summary>
    public static async Task<LabSite> StartAsync(
        SiteFolder folder, SiteOptions options, MadeRelease release, string publicKey, CancellationToken cancellationToken)
    {
        options.Validated();
        var site = new LabSite(folder, options);
        try
        {
            var names = Enumerable.Range(1, options.Nodes).Select(static i => $"node-{i}").ToArray();
            var ports = FreePorts.Find(4 * names.Length);
            if (options.Link is { } link)
                site.Network = await SiteNetwork.CreateAsync(folder, names.Length, link, cancellationToken);
            string[] hosts = [.. names.Select((_, i) => site.Network is null ? SiteCertificates.Host : SiteNetwork.AddressOf(i + 1))];
            SiteCertificates.Issue(folder, names, names.Zip(hosts).ToDictionary());
            string[] contacts = [.. hosts.Select((host, i) => $"{host}:{ports[i]}")];
            site.Nodes = [.. names.Select((name, i) =>
                SiteNode.Create(folder, name, hosts[i], ports[i], ports[names.Length + i], ports[(2 * names.Length) + i], ports[(3 * names.Length) + i], contacts, options, site.Network?.NameOf(i + 1)))];
            site.Stores = options.Stores(site.Nodes);
            site._cluster = await SiteCluster.StartAsync(folder, site.Nodes, site.Stores, release, publicKey, cancellationToken);
            site.Network?.Admit(names.Length, site._cluster.Port);
            site.Api = SiteApi.Open(folder.Kubeconfig);
            foreach (var node in site.Nodes)
            {
                await options.Prepare(node, cancellationToken);
                node.Agent.Start();
            }

            site._sampling = site.SampleAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public SiteNode Node(string name) => Nodes.Single(node => node.Name == name);

    /// <summary>Waits until the agents have formed one cluster that has a supervisor, and returns the name of the node it is on.</summary>
    public async Task<string> SupervisorAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        do
        {
            var lease = await Api.GetAsync(SiteApi.SupervisorLease, cancellationToken);
            if ((string?)lease?["spec"]?["holderIdentity"] is { Length: > 0 } holder && Nodes.Any(node => node.Name == holder))
                return holder;
            ThrowIfAgentDied();
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Puts a bundle into a node: as a loop device where that is possible, else as a file.</summary>
    public async Task<InsertedMedium> InsertAsync(SiteNode node, string bundle, CancellationToken cancellationToken)
    {
        InsertedMedium? medium = null;
        if (LoopMedium.IsPossible)
        {
            try
            {
                medium = await LoopMedium.InsertAsync(bundle, Path.Combine(node.MediaFolder, "sdb"), cancellationToken);
            }
            catch (LabException)
            {
                // Root in a container without devices: a file serves as well, only nobody counts the bytes read.
            }
        }

        medium ??= FileMedium.Insert(bundle, node.MediaFolder);
        _media.Add(medium);
        return medium;
    }

    /// <summary>Fails with the last words of an agent that keeps ending by itself.</summary>
    public void ThrowIfAgentDied()
    {
        if (Nodes.FirstOrDefault(static node => node.Agent.Died.IsCompleted) is { } node)
            throw new LabException($"The agent of {node.Name} keeps ending by itself. Its last words ({node.Agent.Log}):\n{node.Agent.LastWords()}");
    }

    /// <summary>Completes when an agent keeps ending by itself.</summary>
    public Task AnyAgentDied => Task.WhenAny(Nodes.Select(static node => node.Agent.Died));

    /// <summary>The command that reads an object of the API server.</summary>
    public string Curl(string path) => _cluster!.Curl(path);

    /// <summary>Writes the kubeconfig of a service account, which may what roles and bindings say; its path.</summary>
    public string WriteKubeconfig(string space, string account) => _cluster!.WriteKubeconfig(Path.Combine(Folder.Root, $"{space}-{account}.kubeconfig"), space, account);

    /// <summary>The API server's objects, also while nobody can reach it.</summary>
    public ObjectStore Objects => _cluster!.Objects;

    /// <summary>Stops the API server, as a single node's is while it is restarted: connections are refused until <see cref="BringApiUpAsync"/>.</summary>
    public Task TakeApiDownAsync(CancellationToken cancellationToken) => _cluster!.TakeApiDownAsync(cancellationToken);

    /// <summary>Starts the API server again, with the objects that it had.</summary>
    public Task BringApiUpAsync(CancellationToken cancellationToken) => _cluster!.BringApiUpAsync(cancellationToken);

    /// <summary>Puts objects into the API server, as YAML.</summary>
    public void Put(string yaml) => _cluster!.Put(yaml);

    /// <summary>Writes the settings with which the CLI talks to this site, as a file for a shell.</summary>
    public void WriteEnvironment()
    {
        var (certificate, key) = SiteCertificates.PathsOf(Folder, SiteCertificates.Operator);
        File.WriteAllText(
            Folder.Environment,
            $"""
            export HANDCARRY_CONTACT={string.Join(',', Nodes.Select(static node => $"{node.Host}:{node.RemotingPort}"))}
            export HANDCARRY_CA={SiteCertificates.AuthorityPath(Folder)}
            export HANDCARRY_CERTIFICATE={certificate}
            export HANDCARRY_KEY={key}
            export KUBECONFIG={Folder.Kubeconfig}

            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sampling;

        // What is not kept need not be left in good order.
        await Task.WhenAll(Nodes.Select(node => _options.KeepFolder ? node.Agent.StopAsync() : node.Agent.KillAsync()));
        foreach (var medium in _media)
            await medium.RemoveAsync();
        Api?.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        foreach (var node in Nodes)
            node.Dispose();
        if (Network is not null)
            await Network.DisposeAsync();
        await SiteSweep.RunAsync(Folder, delete: !_options.KeepFolder);
        _stop.Dispose();
    }

    // The kernel forgets a process's peak with the process: agents may be killed at any time.
    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(SampleEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                foreach (var node in Nodes)
                    node.Agent.Sample();
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the site.
        }
    }
}
