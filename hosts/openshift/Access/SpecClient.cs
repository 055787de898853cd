using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Upgrades;

namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>
/// Changes the spec of BundleUpgrade/cluster for a user, with the user's own token: the spec is the administrators', agents have no right to it, and the cluster's
/// audit log names who it was.
/// </summary>
public sealed class SpecClient(ApiServer api)
{
    /// <summary>
    /// Changes it. Throws <see cref="ApiUnavailableException"/> when the API does not take it, and <see cref="StaleWriteException"/> when there is no such object yet.
    /// </summary>
    public async ValueTask ChangeAsync(string token, SpecChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var spec = new JsonObject();
        if (change.Hold is { } hold)
            spec["hold"] = hold;
        if (change.Cancel is { } cancel)
            spec["cancel"] = cancel;
        using var _ = await api.MergePatchAsync<JsonDocument>(BundleUpgrade.Path, new JsonObject { ["spec"] = spec }, cancellationToken, token);
    }
}
