using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Handcarry.Lab.Operator;

/// <summary>
/// An emulated cluster version operator. It knows the cluster only through the API and the nodes only through their storage, shows what the real one
/// shows in the same order, accepts only signed releases, and completes only when every image is in every node's storage.
/// </summary>
public sealed class LabClusterVersionOperator : IAsyncDisposable
{
    private const string Group = "config.openshift.io";
    private const string Plural = "clusterversions";
    private const string Name = "version";
    private const string Namespace = "openshift-cluster-version";

    private readonly Kubernetes _client;
    private readonly INodeStores _stores;
    private readonly LabOperatorOptions _options;
    private readonly PayloadRetrieval _retrieval;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, string> _said = [];
    private readonly Task _work;
    private PayloadApplication? _application;
    private (long Generation, long At)? _refused;
    private volatile bool _forceSeen;

    private LabClusterVersionOperator(Kubernetes client, INodeStores stores, LabOperatorOptions options)
    {
        _client = client;
        _stores = stores;
        _options = options;
        _retrieval = new PayloadRetrieval(new SignatureVerifier(client, options), stores, options);
        _work = Task.Run(() => LabLoop.RunAsync("The operator", _options, SyncAsync, _stop.Token));
    }

    /// <summary>Whether anybody ever asked for an update by force.</summary>
    public bool ForceSeen => _forceSeen;

    /// <summary>Starts it with the access of a kubeconfig file.</summary>
    public static LabClusterVersionOperator Start(string kubeconfig, INodeStores stores, LabOperatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentNullException.ThrowIfNull(options);
        return new(new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig)), stores, options);
    }

    /// <summary>Stops it where it stands; another one goes on from the status.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task<TimeSpan> SyncAsync(CancellationToken cancellationToken)
    {
        var read = await _client.CustomObjects.GetClusterCustomObjectAsync<JsonElement>(Group, "v1", Plural, Name, cancellationToken);
        var clusterVersion = (JsonObject)Json.Parse(JsonSerializer.SerializeToUtf8Bytes(read))!;
        var status = new ClusterVersionStatus(clusterVersion, _options.Time.GetUtcNow());
        var before = Json.Write(clusterVersion);
        var wanted = DesiredUpdate.Of(clusterVersion);
        if (wanted?.Force == true)
            _forceSeen = true;

        var pause = _options.SyncEvery;
        if (wanted?.Image.Length == 0)
        {
            status.Set("Invalid", true, "InvalidClusterVersion", "The cluster version is invalid: spec.desiredUpdate.version: Invalid value: "
                + $"\"{wanted.Version}\": when image is empty the update must be a previous version or an available update");
        }
        else
        {
            status.Unset("Invalid");
            pause = wanted is null || wanted.Image == status.DesiredImage
                ? await ReconcileAsync(clusterVersion, status, cancellationToken)
                : await AcceptAsync(clusterVersion, wanted, status, cancellationToken);
        }
        if (!before.AsSpan().SequenceEqual(Json.Write(clusterVersion)))
            await _client.CustomObjects.ReplaceClusterCustomObjectStatusAsync(clusterVersion, Group, "v1", Plural, Name, cancellationToken: cancellationToken);
        return pause;
    }

    // Another image is wanted. Nothing changes in the status until the payload is there or has been refused.
    private async Task<TimeSpan> AcceptAsync(
        JsonObject clusterVersion, DesiredUpdate wanted, ClusterVersionStatus status, CancellationToken cancellationToken)
    {
        var generation = clusterVersion["metadata"].Number("generation") ?? 0;
        if (_refused is { } refused && refused.Generation == generation && _options.Time.GetElapsedTime(refused.At) < _options.RetryEvery)
            return _options.SyncEvery;
        await RecordAsync("RetrievePayload", "Normal",
            $"Retrieving and verifying payload version=\"{wanted.Version}\" image=\"{wanted.Image}\"", cancellationToken);
        try
        {
            if (await _retrieval.TryAsync(wanted, cancellationToken) is not var (payload, verified, risks))
                return _options.SyncEvery;
            if (Rollback.Objection(clusterVersion, payload.Version) is { } objection && !wanted.Force)
            {
                throw new UpdateRefusedException("PreconditionChecks",
                    $"Preconditions failed for payload loaded version=\"{payload.Version}\" image=\"{wanted.Image}\": {objection}");
            }
            _refused = null;
            status.Begin(wanted.Image, payload, verified, risks);
            await LoadedAsync(status, wanted.Image, payload, cancellationToken);
            return _options.StepEvery;
        }
        catch (UpdateRefusedException refusal)
        {
            _refused = (generation, _options.Time.GetTimestamp());
            status.Set("ReleaseAccepted", false, refusal.Step, refusal.Message);
            await RecordAsync($"{refusal.Step}Failed", "Warning", refusal.Message, cancellationToken);
            return _options.SyncEvery;
        }
    }

    // The present release is the wanted one: it is rolled out to the end, and kept.
    private async Task<TimeSpan> ReconcileAsync(JsonObject clusterVersion, ClusterVersionStatus status, CancellationToken cancellationToken)
    {
        _refused = null;
        if (status.Head.Text("state") != "Partial")
        {
            if (clusterVersion["metadata"].Number("generation") != clusterVersion["status"].Number("observedGeneration"))
                status.Set("ReleaseAccepted", true, "PayloadLoaded", Loaded(status.Head.Text("version") ?? "", status.DesiredImage));
            status.Observe();
            return _options.SyncEvery;
        }
        if (_application?.Image != status.DesiredImage)
        {
            // It was restarted in the middle: the payload is loaded again. What was verified then stays verified.
            var again = new DesiredUpdate(status.DesiredImage, status.Head.Text("version") ?? "", Force: true);
            if (await _retrieval.TryAsync(again, cancellationToken) is not var (payload, _, _))
                return _options.SyncEvery;
            await LoadedAsync(status, again.Image, payload, cancellationToken);
            return _options.StepEvery;
        }
        status.Observe();
        if (await _application.StepAsync() is { } obstacle)
        {
            status.Set("Failing", true, "WorkloadNotAvailable", obstacle);
            status.Set("Progressing", true, "WorkloadNotAvailable", $"Unable to apply {_application.Version}: {obstacle}");
            return _options.RetryEvery;
        }
        status.Set("Failing", false, "", "");
        status.Set("Progressing", true, "", _application.Progress);
        if (_application.Complete)
        {
            status.Complete();
            status.Set("Available", true, "", $"Done applying {_application.Version}");
            status.Set("Progressing", false, "", $"Cluster version is {_application.Version}");
            _application = null;
        }
        return _options.StepEvery;
    }

    private async Task LoadedAsync(ClusterVersionStatus status, string image, Payload payload, CancellationToken cancellationToken)
    {
        _application = new PayloadApplication(image, payload, _stores, _options.Steps);
        status.Observe();
        status.Set("ReleaseAccepted", true, "PayloadLoaded", Loaded(payload.Version, image));
        status.Set("Failing", false, "", "");
        status.Set("Progressing", true, "", _application.Progress);
        await RecordAsync("PayloadLoaded", "Normal", Loaded(payload.Version, image), cancellationToken);
    }

    // The architecture of a payload that does not name one is the operator's own.
    private static string Loaded(string version, string image)
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "amd64" : RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return $"Payload loaded version=\"{version}\" image=\"{image}\" architecture=\"{architecture}\"";
    }

    private async Task RecordAsync(string reason, string type, string message, CancellationToken cancellationToken)
    {
        // The real one counts repetitions up; here they are left out.
        if (_said.GetValueOrDefault(reason) == message)
            return;
        _said[reason] = message;
        var now = _options.Time.GetUtcNow().UtcDateTime;
        var said = new Corev1Event
        {
            Metadata = new V1ObjectMeta { GenerateName = "version." },
            InvolvedObject = new V1ObjectReference { ApiVersion = $"{Group}/v1", Kind = "ClusterVersion", Name = Name, NamespaceProperty = Namespace },
            Reason = reason,
            Type = type,
            Message = message,
            FirstTimestamp = now,
            LastTimestamp = now,
            Count = 1,
            Source = new V1EventSource { Component = "openshift-cluster-version" },
        };
        try
        {
            await _client.CoreV1.CreateNamespacedEventAsync(said, Namespace, cancellationToken: cancellationToken);
        }
        catch (Exception failure) when (failure is HttpOperationException or HttpRequestException)
        {
            // An event that is lost does no harm.
            _options.Logger.LogDebug(failure, "An event was lost");
        }
    }
}
