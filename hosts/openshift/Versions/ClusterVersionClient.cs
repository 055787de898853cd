using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Versions;

/// <summary><see cref="IClusterVersion"/> on <c>config.openshift.io/v1</c> ClusterVersion <c>version</c>.</summary>
/// <param name="api">The server.</param>
/// <param name="timing">The times of the watch; the defaults when not given.</param>
public sealed class ClusterVersionClient(ApiServer api, WatchTiming? timing = null) : IClusterVersion
{
    private const string Collection = "/apis/config.openshift.io/v1/clusterversions";
    private const string Name = "version";
    private const int Tries = 5;

    private readonly ObjectWatch<ClusterVersionView> _watch =
        new(api, Collection, Name, ClusterVersionReading.View, timing ?? new WatchTiming());

    private readonly SignatureConfigMap _signatures = new(api);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ClusterVersionView?> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = true;
        ClusterVersionView? last = null;
        await foreach (var objects in _watch.SnapshotsAsync(cancellationToken))
        {
            var view = objects is [var only, ..] ? only : null;
            if (!first && view == last)
                continue;
            (first, last) = (false, view);
            yield return view;
        }
    }

    /// <summary>The identifier of the cluster (<c>spec.clusterID</c>); empty where it has none.</summary>
    /// <exception cref="ApiUnavailableException">The API cannot be reached, or has no ClusterVersion.</exception>
    public async Task<string> IdAsync(CancellationToken cancellationToken)
    {
        using var current = await api.GetAsync<JsonDocument>($"{Collection}/{Name}", cancellationToken)
            ?? throw new ApiUnavailableException("There is no ClusterVersion/version: this is not an OpenShift cluster, or its API is incomplete.");
        return current.RootElement.At("spec").TextAt("clusterID");
    }

    /// <inheritdoc/>
    public ValueTask PutSignaturesAsync(string releaseDigest, IReadOnlyList<byte[]> signatures, CancellationToken cancellationToken) =>
        _signatures.PutAsync(releaseDigest, signatures, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RequestUpgradeAsync(string image, string version, IFence fence, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(image);
        ArgumentException.ThrowIfNullOrEmpty(version);
        ArgumentNullException.ThrowIfNull(fence);
        long? generation = null;
        for (var tries = 1; ; tries++)
        {
            using var current = await api.GetAsync<JsonDocument>($"{Collection}/{Name}", cancellationToken)
                ?? throw new ApiUnavailableException("There is no ClusterVersion/version: this is not an OpenShift cluster, or its API is incomplete.");
            var metadata = current.RootElement.At("metadata");
            var desired = current.RootElement.At("spec").At("desiredUpdate");
            if (ClusterVersionReading.IsPlainly(desired, image, version))
                return;
            if (generation is { } before && before != metadata.NumberAt("generation"))
                throw new StaleWriteException("Somebody else has changed what ClusterVersion/version should do; read again before deciding.");
            if (ClusterVersionReading.Wish(desired) is { Hold: true })
                throw new StaleWriteException("The administrator has just set spec.desiredUpdate.hold of ClusterVersion/version; read again before deciding.");
            generation = metadata.NumberAt("generation");
            Guard.Held(fence, $"ask for the upgrade to {version}");
            try
            {
                await api.MergePatchAsync<JsonDocument>(
                    $"{Collection}/{Name}", Patch(metadata.TextAt("resourceVersion"), desired, image, version), cancellationToken);
                return;
            }
            catch (StaleWriteException) when (tries < Tries)
            {
                // The operator itself writes the object often; only a changed spec (its generation) is somebody else's decision.
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask WithdrawUpgradeAsync(string image, IFence fence, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(image);
        ArgumentNullException.ThrowIfNull(fence);
        for (var tries = 1; ; tries++)
        {
            using var current = await api.GetAsync<JsonDocument>($"{Collection}/{Name}", cancellationToken);
            if (current is null)
                return;
            var desired = current.RootElement.At("spec").At("desiredUpdate");
            if (desired.TextAt("image") != image
                || ClusterVersionReading.View(current.RootElement).Head?.Image == image)
                return;
            Guard.Held(fence, "withdraw the request for the upgrade");
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = current.RootElement.At("metadata").TextAt("resourceVersion") },
                ["spec"] = new JsonObject { ["desiredUpdate"] = desired.Members().Any(ClusterVersionReading.IsWish) ? WithoutOurs(desired) : null },
            };
            try
            {
                await api.MergePatchAsync<JsonDocument>($"{Collection}/{Name}", patch, cancellationToken);
                return;
            }
            catch (StaleWriteException) when (tries < Tries)
            {
                // The operator wrote it, perhaps because it has just begun: look again.
            }
        }
    }

    /// <summary>Image and version; every other member that is there (force, architecture, mode, accepted risks) is taken out, but for the administrator's wish.</summary>
    private static JsonObject Patch(string resourceVersion, JsonElement desired, string image, string version)
    {
        var update = WithoutOurs(desired);
        update["image"] = image;
        update["version"] = version;
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = resourceVersion },
            ["spec"] = new JsonObject { ["desiredUpdate"] = update },
        };
    }

    /// <summary>The patch that leaves nothing but the administrator's wish.</summary>
    private static JsonObject WithoutOurs(JsonElement desired)
    {
        var update = new JsonObject();
        foreach (var member in desired.Members().Where(m => !ClusterVersionReading.IsWish(m)))
            update[member.Name] = null;
        return update;
    }
}
