using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Pins;

/// <summary>
/// <see cref="IPinnedImageSets"/> on PinnedImageSet, MachineConfigPool and MachineConfigNode (machineconfiguration.openshift.io). Both the sets and the
/// references to them are applied by the server under a field manager of our own, so references of others in the same list are left alone.
/// </summary>
/// <param name="api">The server.</param>
public sealed class PinnedImageSetsClient(ApiServer api) : IPinnedImageSets
{
    private const string Group = "machineconfiguration.openshift.io";
    private const string Pools = $"/apis/{Group}/v1/machineconfigpools";
    private const int Tries = 5;

    /// <summary>How the server's apply refuses a field that a definition does not have (structured-merge-diff, typed/validate.go).</summary>
    private const string NotDeclared = "field not declared in schema";

    /// <summary>v1 from 4.19 on; v1alpha1 in a technology preview of 4.16 to 4.18 (reference/openshift.md section 4.4).</summary>
    private static readonly string[] Versions = ["v1", "v1alpha1"];

    /// <inheritdoc/>
    public async ValueTask<PinnedSets> PinAsync(
        string commitment, IReadOnlyList<string> images, IReadOnlyList<string> nodes, IFence fence, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(commitment);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(fence);
        var wanted = ImageSet.Of(commitment, images);
        if (wanted.Count == 0 || await FindAsync(cancellationToken) is not var (version, there) || await PoolsAsync(cancellationToken) is not { Count: > 0 } pools)
            return new PinnedSets(commitment);

        var generations = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var set in wanted)
        {
            var found = there.FirstOrDefault(one => one.Name == set.Name);
            generations[set.Name] = found is not null && found.Images.SetEquals(set.Images)
                ? found.Generation
                : await ApplyAsync($"/apis/{Group}/{version}/pinnedimagesets/{set.Name}", set.ToJson($"{Group}/{version}"), fence, applied => applied.At("metadata").NumberAt("generation"), cancellationToken);
        }

        IReadOnlyList<string> ours = [.. there.Select(set => set.Name).Union(generations.Keys).Order(StringComparer.Ordinal)];
        foreach (var pool in pools.Where(pool => !generations.Keys.All(pool.Sets.Contains)))
        {
            try
            {
                await ReferAsync(pool, ours, fence, cancellationToken);
            }
            catch (ApiUnavailableException refused) when (refused.Message.Contains(NotDeclared, StringComparison.Ordinal))
            {
                return new PinnedSets(commitment, PinnedSets.Failed, $"Machine config pool {pool.Name} does not keep references to PinnedImageSets, although the cluster has that API: its definition is of another release. See ClusterOperator machine-config.");
            }
        }

        return await MachinesAsync(version, cancellationToken) is { } machines ? PinReports.Judge(commitment, generations, nodes, machines) : new PinnedSets(commitment);
    }

    /// <inheritdoc/>
    public ValueTask KeepOnlyAsync(string commitment, IFence fence, CancellationToken cancellationToken)
    {
        var kept = ImageSet.LabelOf(commitment);
        return ReduceAsync(set => set.Bundle != kept, fence, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DropAsync(string commitment, IFence fence, CancellationToken cancellationToken)
    {
        var dropped = ImageSet.LabelOf(commitment);
        return ReduceAsync(set => set.Bundle == dropped, fence, cancellationToken);
    }

    // The references go first: a pool that refers to a set which is not there is degraded.
    private async ValueTask ReduceAsync(Predicate<ImageSet> isDropped, IFence fence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fence);
        if (await FindAsync(cancellationToken) is not var (version, there))
            return;
        var dropped = there.Where(set => isDropped(set)).Select(set => set.Name).ToList();
        if (dropped.Count == 0)
            return;
        IReadOnlyList<string> kept = [.. there.Select(set => set.Name).Except(dropped).Order(StringComparer.Ordinal)];
        foreach (var pool in (await PoolsAsync(cancellationToken) ?? []).Where(pool => dropped.Exists(pool.Sets.Contains)))
            await ReferAsync(pool, kept, fence, cancellationToken);
        foreach (var name in dropped)
        {
            Guard.Held(fence, $"delete PinnedImageSet {name}");
            await api.DeleteAsync($"/apis/{Group}/{version}/pinnedimagesets/{name}", cancellationToken);
        }
    }

    /// <summary>In which version the API has the sets, and which of them are ours; null when it has none.</summary>
    private async ValueTask<(string Version, IReadOnlyList<ImageSet> Ours)?> FindAsync(CancellationToken cancellationToken)
    {
        foreach (var version in Versions)
        {
            using var list = await api.GetAsync<JsonDocument>($"/apis/{Group}/{version}/pinnedimagesets?labelSelector={Uri.EscapeDataString(ImageSet.Label)}", cancellationToken);
            if (list is not null)
                return (version, [.. list.RootElement.At("items").Items().Select(ImageSet.Read)]);
        }
        return null;
    }

    private async ValueTask<IReadOnlyList<Pool>?> PoolsAsync(CancellationToken cancellationToken)
    {
        using var list = await api.GetAsync<JsonDocument>(Pools, cancellationToken);
        return list is null ? null : [.. list.RootElement.At("items").Items().Select(pool => new Pool(pool.At("metadata").TextAt("name"), pool.At("metadata").TextAt("uid"), References(pool)))];
    }

    private async ValueTask<IReadOnlyDictionary<string, MachineReport>?> MachinesAsync(string version, CancellationToken cancellationToken)
    {
        using var list = await api.GetAsync<JsonDocument>($"/apis/{Group}/{version}/machineconfignodes", cancellationToken);
        return list?.RootElement.At("items").Items().Select(MachineReport.Read).ToDictionary(machine => machine.Node, StringComparer.Ordinal);
    }

    private async ValueTask ReferAsync(Pool pool, IReadOnlyList<string> sets, IFence fence, CancellationToken cancellationToken) => await ApplyAsync(
        $"{Pools}/{pool.Name}",
        new JsonObject
        {
            ["apiVersion"] = $"{Group}/v1",
            ["kind"] = "MachineConfigPool",
            // With the uid a pool that was deleted in between is not made anew.
            ["metadata"] = new JsonObject { ["name"] = pool.Name, ["uid"] = pool.Uid },
            ["spec"] = new JsonObject { ["pinnedImageSets"] = new JsonArray([.. sets.Select(name => new JsonObject { ["name"] = name })]) },
        },
        fence,
        static _ => true,
        cancellationToken);

    private async ValueTask<T> ApplyAsync<T>(string path, JsonObject body, IFence fence, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            Guard.Held(fence, $"change {path}");
            try
            {
                using var applied = await api.ApplyAsync<JsonDocument>(path, body, cancellationToken);
                return read(applied.RootElement);
            }
            catch (StaleWriteException) when (tries < Tries)
            {
                // Its controller wrote it in the same moment: what is applied does not depend on what is there.
            }
        }
    }

    private static HashSet<string> References(JsonElement pool) =>
        pool.At("spec").At("pinnedImageSets").Items().Select(reference => reference.TextAt("name")).ToHashSet(StringComparer.Ordinal);

    private sealed record Pool(string Name, string Uid, HashSet<string> Sets);
}
