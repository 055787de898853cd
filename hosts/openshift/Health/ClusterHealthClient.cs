using System.Runtime.CompilerServices;
using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Health;

/// <summary>
/// <see cref="IClusterHealth"/> on ClusterOperators, MachineConfigPools, the admin-gates and admin-acks and InternalReleaseImage. They are
/// asked for again and again instead of watched: five small lists, some of which most clusters do not have, and nobody waits for a change.
/// </summary>
/// <param name="api">The server.</param>
/// <param name="every">How often they are read; 15 s when not given.</param>
/// <param name="awayAfter">How long the API may be silent before that is told; 30 s when not given.</param>
public sealed class ClusterHealthClient(ApiServer api, TimeSpan? every = null, TimeSpan? awayAfter = null) : IClusterHealth
{
    private const string Operators = "/apis/config.openshift.io/v1/clusteroperators";
    private const string Pools = "/apis/machineconfiguration.openshift.io/v1/machineconfigpools";
    private const string Configs = "/apis/machineconfiguration.openshift.io/v1/machineconfigs";
    private const string Gates = "/api/v1/namespaces/openshift-config-managed/configmaps/admin-gates";
    private const string Acks = "/api/v1/namespaces/openshift-config/configmaps/admin-acks";

    /// <summary>v1 from 4.22 on, v1alpha1 before (reference/openshift.md section 6).</summary>
    private static readonly string[] Registries =
    [
        "/apis/machineconfiguration.openshift.io/v1/internalreleaseimages/cluster",
        "/apis/machineconfiguration.openshift.io/v1alpha1/internalreleaseimages/cluster",
    ];

    private readonly TimeSpan _every = every ?? TimeSpan.FromSeconds(15);
    private readonly TimeSpan _awayAfter = awayAfter ?? TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ClusterHealth?> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var releases = new Dictionary<string, string>(StringComparer.Ordinal);
        var (first, heard) = (true, api.Time.GetTimestamp());
        ClusterHealth? last = null;
        while (true)
        {
            var (health, again) = (last, false);
            try
            {
                health = await ReadAsync(releases, cancellationToken);
                heard = api.Time.GetTimestamp();
            }
            catch (ApiUnavailableException)
            {
                again = api.Time.GetElapsedTime(heard) < _awayAfter;
                health = again ? last : null;
            }

            if (!again && (first || health != last))
            {
                (first, last) = (false, health);
                yield return health;
            }
            await Task.Delay(_every, api.Time, cancellationToken);
        }
    }

    private async Task<ClusterHealth> ReadAsync(Dictionary<string, string> releases, CancellationToken cancellationToken)
    {
        var pools = new List<PoolView>();
        foreach (var pool in await ItemsAsync(Pools, cancellationToken))
            pools.Add(HealthReading.Pool(pool, await ReleaseAsync(HealthReading.WantedConfig(pool), releases, cancellationToken)));
        return new ClusterHealth
        {
            Operators = InOrder((await ItemsAsync(Operators, cancellationToken)).Select(HealthReading.Operator), op => op.Name),
            Pools = InOrder(pools, pool => pool.Name),
            Gates = InOrder(await GatesAsync(cancellationToken), gate => gate.Key),
            InternalReleaseImage = await HasRegistryAsync(cancellationToken),
        };
    }

    private async ValueTask<IReadOnlyList<JsonElement>> ItemsAsync(string path, CancellationToken cancellationToken)
    {
        using var list = await api.GetAsync<JsonDocument>(path, cancellationToken);
        return list is null ? [] : [.. list.RootElement.At("items").Items().Select(item => item.Clone())];
    }

    private async ValueTask<IEnumerable<AdminGate>> GatesAsync(CancellationToken cancellationToken)
    {
        using var gates = await api.GetAsync<JsonDocument>(Gates, cancellationToken);
        if (gates is null)
            return [];
        using var acks = await api.GetAsync<JsonDocument>(Acks, cancellationToken);
        var given = acks?.RootElement.At("data") ?? default;
        return [.. gates.RootElement.At("data").Members().Select(gate => new AdminGate(gate.Name, gate.Value.ToString(), given.TextAt(gate.Name) == "true"))];
    }

    /// <summary>A rendered configuration has half a megabyte and never changes, so it is read once.</summary>
    private async ValueTask<string> ReleaseAsync(string config, Dictionary<string, string> known, CancellationToken cancellationToken)
    {
        if (config.Length == 0)
            return "";
        if (known.TryGetValue(config, out var release))
            return release;
        using var found = await api.GetAsync<JsonDocument>($"{Configs}/{Uri.EscapeDataString(config)}", cancellationToken);
        return found is null ? "" : known[config] = HealthReading.ReleaseOf(found.RootElement);
    }

    private async ValueTask<bool> HasRegistryAsync(CancellationToken cancellationToken)
    {
        foreach (var path in Registries)
        {
            using var found = await api.GetAsync<JsonDocument>(path, cancellationToken);
            if (found is not null)
                return true;
        }
        return false;
    }

    private static List<T> InOrder<T>(IEnumerable<T> items, Func<T, string> name) => [.. items.OrderBy(name, StringComparer.Ordinal)];
}
