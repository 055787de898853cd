using System.Text.Json;
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
            var type = document.RootElement.TextAt("type");
            var content = document.RootElement.At("object");
            if (type.Length == 0 || content.ValueKind != JsonValueKind.Object)
                throw new JsonException("a watch event lacks its type or object");
            if (type != "ERROR")
                return new WatchEvent(type, content.Clone());
            var status = ApiJson.Read<V1Status>(content)!;
            throw ApiFailure.Of(HttpMethod.Get, path, status.Code ?? 500, status);
        }
        catch (Exception e) when (ApiFailure.IsTransport(e))
        {
            throw ApiFailure.Unavailable(HttpMethod.Get, path, e, cancellationToken);
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
