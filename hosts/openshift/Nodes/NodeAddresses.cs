using System.Text.Json;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Nodes;

/// <summary>Where the nodes of the cluster are reached from each other.</summary>
public static class NodeAddresses
{
    private const int PageSize = 100;

    /// <summary>
    /// The first address of type InternalIP of each node, which is what the kubelet tells its pods as <c>status.hostIP</c>. Throws
    /// <see cref="Actors.Cluster.ApiUnavailableException"/>.
    /// </summary>
    public static async ValueTask<IReadOnlyList<string>> ListAsync(ApiServer api, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        const string path = "/api/v1/nodes";
        var (found, next) = (new List<string>(), "");
        while (true)
        {
            using var page = await api.GetAsync<JsonDocument>($"{path}?limit={PageSize}{next}", cancellationToken) ?? throw ApiFailure.Of(HttpMethod.Get, path, 404, new());
            found.AddRange(page.RootElement.At("items").Items().Select(AddressOf).Where(address => address.Length > 0));
            var more = page.RootElement.At("metadata").TextAt("continue");
            if (more.Length == 0)
                return found;
            next = $"&continue={Uri.EscapeDataString(more)}";
        }
    }

    private static string AddressOf(JsonElement node) =>
        node.At("status").At("addresses").Items().Where(address => address.TextAt("type") == "InternalIP").Select(address => address.TextAt("address")).FirstOrDefault("");
}
