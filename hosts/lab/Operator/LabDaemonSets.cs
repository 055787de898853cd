using System.Text;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Handcarry.Lab.Operator;

/// <summary>
/// The emulated controller of one DaemonSet, and the kubelets that run its pods (k8s.io/kubernetes/pkg/controller/daemon/update.go, RollingUpdate without surge). It is stricter than
/// the real one: a pod begins only when the process of the one before is gone, no image is ever pulled, and it counts how many nodes were without an available pod at once.
/// </summary>
public sealed class LabDaemonSets : IAsyncDisposable
{
    private const string RevisionLabel = "controller-revision-hash";

    private readonly Kubernetes _client;
    private readonly string _space, _name;
    private readonly IPodMachines _machines;
    private readonly LabOperatorOptions _options;
    private readonly Dictionary<string, DateTimeOffset> _readySince = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;
    private bool _settled;

    private LabDaemonSets(Kubernetes client, string space, string name, IPodMachines machines, LabOperatorOptions options)
    {
        (_client, _space, _name, _machines, _options) = (client, space, name, machines, options);
        _work = Task.Run(() => LabLoop.RunAsync("The DaemonSet controller", options, async stop =>
        {
            await SyncAsync(stop);
            return options.SyncEvery;
        }, _stop.Token));
    }

    /// <summary>The most nodes that were without an available pod at the same time, since all had one.</summary>
    public int MostAway { get; private set; }

    /// <summary>How many pods have taken the place of another.</summary>
    public int Replaced { get; private set; }

    /// <summary>Starts it with the access of a kubeconfig file. Processes that run already are taken for the pods of the DaemonSet as it is now.</summary>
    public static LabDaemonSets Start(string kubeconfig, string space, string name, IPodMachines machines, LabOperatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(machines);
        ArgumentNullException.ThrowIfNull(options);
        return new(new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig)), space, name, machines, options);
    }

    /// <summary>Stops it; the processes stay.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        var set = await _client.AppsV1.ReadNamespacedDaemonSetAsync(_name, _space, cancellationToken: cancellationToken);
        var revision = Streams.Content.Digest.Of(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(set.Spec.Template))).Hex[..10];
        var pods = (await _client.CoreV1.ListNamespacedPodAsync(_space, labelSelector: string.Join(',', set.Spec.Selector.MatchLabels.Select(static l => $"{l.Key}={l.Value}")), cancellationToken: cancellationToken))
            .Items.ToDictionary(static pod => pod.Spec.NodeName, StringComparer.Ordinal);
        var begun = pods.Count > 0;
        foreach (var node in _machines.Nodes)
            pods[node] = await ObserveAsync(pods.GetValueOrDefault(node) ?? await CreateAsync(set, node, revision, isThere: !begun, cancellationToken), cancellationToken);

        var away = _machines.Nodes.Count(node => !IsAvailable(set, node));
        var outdated = _machines.Nodes.Where(node => pods[node].Labels()[RevisionLabel] != revision).ToList();
        _settled |= away == 0;
        if (_settled)
            MostAway = Math.Max(MostAway, away);
        await TellAsync(set, pods, outdated.Count, away, cancellationToken);

        // One that is not available costs nothing more when it is replaced; they come first.
        var most = int.Parse(set.Spec.UpdateStrategy?.RollingUpdate?.MaxUnavailable?.ToString() ?? "1", System.Globalization.CultureInfo.InvariantCulture);
        var next = outdated.Find(node => !IsAvailable(set, node)) ?? (away < most ? outdated.FirstOrDefault() : null);
        if (next is null)
            return;
        await _machines.StopAsync(next);
        _readySince.Remove(next);
        await DeleteAsync(pods[next].Name(), cancellationToken);
        await CreateAsync(set, next, revision, isThere: false, cancellationToken);
        Replaced++;
    }

    private async Task<V1Pod> CreateAsync(V1DaemonSet set, string node, string revision, bool isThere, CancellationToken cancellationToken)
    {
        var image = set.Spec.Template.Spec.Containers[0].Image;
        var waiting = isThere ? null : await _machines.StartAsync(node, image, cancellationToken);
        var created = await _client.CoreV1.CreateNamespacedPodAsync(
            new V1Pod
            {
                Metadata = new V1ObjectMeta
                {
                    Name = $"{_name}-{node}",
                    NamespaceProperty = _space,
                    Labels = new Dictionary<string, string>(set.Spec.Template.Metadata.Labels) { [RevisionLabel] = revision },
                },
                Spec = new V1PodSpec { NodeName = node, Containers = [new V1Container { Name = set.Spec.Template.Spec.Containers[0].Name, Image = image }] },
            },
            _space,
            cancellationToken: cancellationToken);
        created.Status = StatusOf(created, ready: false, waiting);
        return await _client.CoreV1.ReplaceNamespacedPodStatusAsync(created, created.Name(), _space, cancellationToken: cancellationToken);
    }

    private async Task DeleteAsync(string pod, CancellationToken cancellationToken)
    {
        try
        {
            await _client.CoreV1.DeleteNamespacedPodAsync(pod, _space, cancellationToken: cancellationToken);
        }
        catch (JsonException)
        {
            // The pod is gone: a server answers with a Status when there is nothing to wait for, and this client reads a Pod.
        }
    }

    // What the pod says of itself, whether that is news or not.
    private async Task<V1Pod> ObserveAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        var node = pod.Spec.NodeName;
        var was = pod.Status?.Conditions?.Any(static c => c.Type == "Ready" && c.Status == "True") == true;
        var waiting = pod.Status?.ContainerStatuses?.FirstOrDefault()?.State?.Waiting?.Reason;
        var ready = waiting is null or "ContainerCreating" && await _machines.IsReadyAsync(node, cancellationToken);
        if (!ready)
            _readySince.Remove(node);
        else
            _readySince.TryAdd(node, _options.Time.GetUtcNow());
        if (ready == was)
            return pod;
        pod.Status = StatusOf(pod, ready, waiting);
        return await _client.CoreV1.ReplaceNamespacedPodStatusAsync(pod, pod.Name(), _space, cancellationToken: cancellationToken);
    }

    private async Task TellAsync(V1DaemonSet set, Dictionary<string, V1Pod> pods, int outdated, int away, CancellationToken cancellationToken)
    {
        var before = JsonSerializer.Serialize(set.Status);
        set.Status = new V1DaemonSetStatus
        {
            CurrentNumberScheduled = pods.Count,
            DesiredNumberScheduled = _machines.Nodes.Count,
            NumberMisscheduled = 0,
            NumberReady = _readySince.Count,
            NumberAvailable = _machines.Nodes.Count - away,
            NumberUnavailable = away,
            UpdatedNumberScheduled = pods.Count - outdated,
            ObservedGeneration = set.Metadata.Generation,
        };
        if (JsonSerializer.Serialize(set.Status) == before)
            return;
        try
        {
            await _client.AppsV1.ReplaceNamespacedDaemonSetStatusAsync(set, _name, _space, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // Somebody wants something else by now; it is told with that.
        }
    }

    private bool IsAvailable(V1DaemonSet set, string node) =>
        _readySince.TryGetValue(node, out var since) && _options.Time.GetUtcNow() - since >= TimeSpan.FromSeconds(set.Spec.MinReadySeconds ?? 0);

    private static V1PodStatus StatusOf(V1Pod pod, bool ready, string? waiting) => new()
    {
        Phase = ready ? "Running" : "Pending",
        Conditions = [new V1PodCondition { Type = "Ready", Status = ready ? "True" : "False" }],
        ContainerStatuses =
        [
            new V1ContainerStatus
            {
                Name = pod.Spec.Containers[0].Name,
                Image = pod.Spec.Containers[0].Image,
                ImageID = "",
                Ready = ready,
                RestartCount = 0,
                State = ready ? new V1ContainerState { Running = new V1ContainerStateRunning() } : new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = waiting ?? "ContainerCreating" } },
            },
        ],
    };
}
