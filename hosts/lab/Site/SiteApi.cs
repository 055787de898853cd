using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using k8s;

namespace Handcarry.Lab.Site;

/// <summary>Looks at a site's API server from outside, as `kubectl` would: plain JSON, nothing of the product's own code in between.</summary>
internal sealed class SiteApi(Kubernetes client) : IDisposable
{
    public const string Upgrades = "/apis/handcarry.dev/v1alpha1/bundleupgrades";
    public const string UpgradeName = "cluster";
    public const string Versions = "/apis/config.openshift.io/v1/clusterversions";
    public const string VersionName = "version";
    public const string SupervisorLease = "/apis/coordination.k8s.io/v1/namespaces/handcarry/leases/handcarry-supervisor";

    public static SiteApi Open(string kubeconfig) =>
        new(new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(new FileInfo(kubeconfig))));

    /// <summary>The object at a path, null when there is none.</summary>
    public async Task<JsonObject?> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(response, cancellationToken);
    }

    public async Task<JsonObject> CreateAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    public async Task<JsonObject> ReplaceAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Put, path, body, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    /// <summary>Has the server apply a part of an object, as <c>kubectl apply --server-side --field-manager</c> does.</summary>
    public async Task<JsonObject> ApplyAsync(string path, string manager, JsonObject body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Patch, $"{path}?fieldManager={manager}&force=true", body, cancellationToken, "application/apply-patch+yaml");
        return await ReadAsync(response, cancellationToken);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Delete, path, null, cancellationToken);
        await ReadAsync(response, cancellationToken);
    }

    /// <summary>One object as it is, once it is there, and then with every change.</summary>
    public async IAsyncEnumerable<JsonObject> WatchAsync(string collection, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = $"{collection}?fieldSelector=metadata.name%3D{name}";
        while (true)
        {
            var list = await GetAsync(query, cancellationToken) ?? throw new LabException($"The API server does not know {collection}.");
            foreach (var item in list["items"]!.AsArray())
                yield return item!.AsObject();
            using var response = await SendAsync(
                HttpMethod.Get, $"{query}&watch=true&resourceVersion={(string?)list["metadata"]!["resourceVersion"]}", null, cancellationToken);
            if (!response.IsSuccessStatusCode)
                continue;
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                var change = JsonNode.Parse(line)!.AsObject();
                if ((string?)change["type"] is "ADDED" or "MODIFIED")
                    yield return change["object"]!.AsObject();
                else if ((string?)change["type"] == "ERROR")
                    break;
            }
        }
    }

    public void Dispose() => client.Dispose();

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!.AsObject()
            : throw new LabException(
                $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri!.PathAndQuery} was answered {(int)response.StatusCode}: {text}");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, mediaType);
        if (client.Credentials is { } credentials)
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        return await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
