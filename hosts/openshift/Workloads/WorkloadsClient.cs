using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Workloads;

/// <summary>
/// <see cref="IWorkloads"/> on core/v1 Pods and Nodes, read page by page; of each page is kept only what could be lacking. An image is on a node when a
/// container of it has been made there (its status has an imageID), or the node's own list names it, which has the fifty largest by default (the kubelet's
/// nodeStatusMaxImages).
/// </summary>
/// <param name="api">The server.</param>
/// <param name="keep">How long an answer is given again; a minute when not given.</param>
public sealed class WorkloadsClient(ApiServer api, TimeSpan? keep = null) : IWorkloads, IDisposable
{
    private const string Pods = "/api/v1/pods";
    private const string Nodes = "/api/v1/nodes";
    private const int PageSize = 250;

    /// <summary>Most images that are kept; findings name twenty workloads and count the others.</summary>
    private const int MostImages = 10_000;

    private readonly TimeSpan _keep = keep ?? TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _one = new(1);
    private WorkloadFacts? _last;
    private long _read;

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <inheritdoc/>
    public async ValueTask<WorkloadFacts> ReadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && api.Time.GetElapsedTime(_read) < _keep)
                return last;
            var onNodes = await OnNodesAsync(cancellationToken);
            var found = new HashSet<WorkloadImage>();
            await foreach (var pod in ItemsAsync(Pods, cancellationToken))
                foreach (var image in PodReading.Images(pod, onNodes))
                    if (found.Count < MostImages && (image.Always || !image.Here))
                        found.Add(image);
            _read = api.Time.GetTimestamp();
            return _last = new WorkloadFacts(
                [.. found.OrderBy(image => image.Workload, StringComparer.Ordinal).ThenBy(image => image.Image, StringComparer.Ordinal)], api.Time.GetUtcNow());
        }
        finally
        {
            _one.Release();
        }
    }

    private async ValueTask<Dictionary<string, HashSet<string>>> OnNodesAsync(CancellationToken cancellationToken)
    {
        var images = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        await foreach (var node in ItemsAsync(Nodes, cancellationToken))
            images[node.At("metadata").TextAt("name")] =
                [.. node.At("status").At("images").Items().SelectMany(image => image.At("names").Items()).Select(name => name.ToString())];
        return images;
    }

    private async IAsyncEnumerable<JsonElement> ItemsAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = "";
        do
        {
            using var page = await api.GetAsync<JsonDocument>($"{path}?limit={PageSize}{next}", cancellationToken) ?? throw ApiFailure.Of(HttpMethod.Get, path, 404, new());
            foreach (var item in page.RootElement.At("items").Items())
                yield return item;
            var more = page.RootElement.At("metadata").TextAt("continue");
            next = more.Length == 0 ? "" : $"&continue={Uri.EscapeDataString(more)}";
        }
        while (next.Length > 0);
    }
}
