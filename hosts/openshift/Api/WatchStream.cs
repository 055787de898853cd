using System.Text.Json;
using k8s;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>An open watch. It ends by itself when the server ends it; everything else is an exception.</summary>
internal sealed class WatchStream(
    string path,
    HttpResponseMessage response,
    StreamReader lines,
    CancellationTokenSource limit,
    CancellationTokenSource either,
    CancellationToken cancellationToken) : IDisposable
{
    /// <summary>The next event, null when the server has ended the watch regularly.</summary>
    public async ValueTask<WatchEvent?> NextAsync()
    {
        try
        {
            var line = await lines.ReadLineAsync(either.Token);
            if (line is null)
                return null;
            using var document = JsonDocument.Parse(line);
            var type = document.RootElement.GetProperty("type").GetString() ?? "";
            var content = document.RootElement.GetProperty("object").Clone();
            if (type != "ERROR")
                return new WatchEvent(type, content);
            var status = KubernetesJson.Deserialize<V1Status>(content);
            throw ApiFailure.Of(HttpMethod.Get, path, status.Code ?? 500, status);
        }
        catch (KeyNotFoundException e)
        {
            throw ApiFailure.Unavailable(HttpMethod.Get, path, new JsonException("a watch event lacks its type or object", e));
        }
        catch (Exception e) when (ApiFailure.IsUnavailable(e, cancellationToken))
        {
            throw ApiFailure.Unavailable(HttpMethod.Get, path, e);
        }
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
        either.Dispose();
        limit.Dispose();
    }
}
