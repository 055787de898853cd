using Handcarry.Lab.Operator;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Loading;

/// <summary>The containerds of a site's nodes, each of which pulls its images from its own agent.</summary>
internal sealed class ContainerdNodes : INodeStores, IAsyncDisposable
{
    private readonly SortedDictionary<string, NodeContainerd> _nodes = new(StringComparer.Ordinal);
    private readonly Queue<int> _ports;
    private readonly int _count;

    public ContainerdNodes(int count)
    {
        _count = count;
        _ports = new Queue<int>(FreePorts.Find(count));
    }

    /// <summary>A site of such nodes.</summary>
    public SiteOptions Options => new()
    {
        Nodes = _count,
        Settings = new Dictionary<string, string> { ["load.strategy"] = "cri-pull" },
        Prepare = async (node, token) =>
        {
            _nodes[node.Name] = await NodeContainerd.PrepareAsync(node, _ports.Dequeue(), token);
            await _nodes[node.Name].StartAsync(token);
        },
        Stores = _ => this,
    };

    public NodeContainerd this[string node] => _nodes[node];

    public IReadOnlyList<string> Nodes => [.. Enumerable.Range(1, _count).Select(static i => $"node-{i}")];

    public async Task<IReadOnlyCollection<string>> ImagesAsync(string node) => await _nodes[node].ImagesAsync(CancellationToken.None);

    public Task<byte[]> ReadReleaseFileAsync(string node, string image, string path) => _nodes[node].ReadAsync(image, path, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values)
            await node.DisposeAsync();
    }
}
