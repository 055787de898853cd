using System.Text;
using System.Text.Json.Nodes;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>A Secret of this product's own that holds texts (core/v1, type Opaque). All methods throw <see cref="Actors.Cluster.ApiUnavailableException"/>.</summary>
/// <param name="api">The server.</param>
/// <param name="space">Its namespace.</param>
/// <param name="name">Its name.</param>
public sealed class SiteSecret(ApiServer api, string space, string name)
{
    private readonly string _collection = $"/api/v1/namespaces/{space}/secrets";

    /// <summary>Its texts by their keys, and the version that they are; null when it does not exist.</summary>
    public async ValueTask<(IReadOnlyDictionary<string, string> Texts, string Version)?> ReadAsync(CancellationToken cancellationToken)
    {
        var secret = await api.GetAsync<JsonObject>($"{_collection}/{name}", cancellationToken);
        if (secret is null)
            return null;
        try
        {
            var texts = (secret["data"] as JsonObject ?? []).ToDictionary(
                entry => entry.Key, entry => Encoding.UTF8.GetString(Convert.FromBase64String(entry.Value!.GetValue<string>())), StringComparer.Ordinal);
            return (texts, secret["metadata"]!["resourceVersion"]!.GetValue<string>());
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or NullReferenceException)
        {
            throw new Actors.Cluster.ApiUnavailableException($"The API server's answer is not Secret {space}/{name} ({e.Message}); it will be asked again.", e);
        }
    }

    /// <summary>Makes it; false when there is one already.</summary>
    public async ValueTask<bool> TryCreateAsync(IReadOnlyDictionary<string, string> texts, CancellationToken cancellationToken) =>
        await api.CreateAsync(_collection, Body(texts, version: null), cancellationToken) is not null;

    /// <summary>Replaces its texts; false when it is not at <paramref name="version"/> any more.</summary>
    public async ValueTask<bool> TryReplaceAsync(IReadOnlyDictionary<string, string> texts, string version, CancellationToken cancellationToken)
    {
        try
        {
            await api.ReplaceAsync($"{_collection}/{name}", Body(texts, version), cancellationToken);
            return true;
        }
        catch (Actors.Cluster.StaleWriteException)
        {
            return false;
        }
    }

    private JsonObject Body(IReadOnlyDictionary<string, string> texts, string? version)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = space };
        if (version is not null)
            metadata["resourceVersion"] = version;
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = metadata,
            ["type"] = "Opaque",
            ["data"] = new JsonObject(texts.Select(text => KeyValuePair.Create<string, JsonNode?>(text.Key, Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Value))))),
        };
    }
}
