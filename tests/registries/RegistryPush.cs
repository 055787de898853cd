using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Registries;

/// <summary>
/// Fills a repository over HTTP, fast: each blob in one POST and one PUT (distribution specification v1.1, "Pushing a blob monolithically"). What the
/// registry has already is not sent again.
/// </summary>
public sealed class RegistryPush : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _repository;

    /// <param name="endpoint">Scheme, host and port.</param>
    /// <param name="repository">Path.</param>
    /// <param name="trust">Who signed the registry's certificate.</param>
    /// <param name="authorization">What is shown.</param>
    public RegistryPush(Uri endpoint, string repository, X509Certificate2Collection? trust = null, AuthenticationHeaderValue? authorization = null)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (trust is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(trust);
        }

        _http = new HttpClient(handler) { BaseAddress = endpoint, Timeout = TimeSpan.FromMinutes(10) };
        _http.DefaultRequestHeaders.Authorization = authorization;
        _repository = repository;
    }

    /// <summary>A blob from memory.</summary>
    public async Task<Descriptor> BlobAsync(byte[] bytes, string mediaType, CancellationToken ct = default)
    {
        var blob = new Descriptor(mediaType, Digest.Of(bytes), bytes.Length);
        await UploadAsync(blob.Digest, () => new ByteArrayContent(bytes), ct);
        return blob;
    }

    /// <summary>A blob from a file.</summary>
    public Task BlobAsync(string path, Digest digest, CancellationToken ct = default) =>
        UploadAsync(digest, () => new StreamContent(File.OpenRead(path), 1 << 18), ct);

    /// <summary>A manifest or index; its blobs and manifests must be there.</summary>
    public async Task<Descriptor> ManifestAsync(byte[] bytes, string mediaType, string? tag = null, CancellationToken ct = default)
    {
        var manifest = new Descriptor(mediaType, Digest.Of(bytes), bytes.Length);
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
        using var response = await _http.PutAsync($"/v2/{_repository}/manifests/{tag ?? manifest.Digest.ToString()}", content, ct);
        await CheckAsync(response, ct);
        return manifest;
    }

    /// <summary>A small image of these layers, which need not be tars; its manifest.</summary>
    public async Task<Descriptor> ImageAsync(string? tag, IReadOnlyList<byte[]> layers, CancellationToken ct = default)
    {
        var config = await BlobAsync("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"""u8.ToArray(), MediaTypes.OciConfig, ct);
        var pushed = new List<Descriptor>();
        foreach (var layer in layers)
            pushed.Add(await BlobAsync(layer, MediaTypes.OciLayer, ct));
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciManifest,
            config = Json(config),
            layers = pushed.Select(Json),
        });
        return await ManifestAsync(manifest, MediaTypes.OciManifest, tag, ct);

        static object Json(Descriptor blob) => new { mediaType = blob.MediaType, digest = blob.Digest.ToString(), size = blob.Size };
    }

    public void Dispose() => _http.Dispose();

    private async Task UploadAsync(Digest digest, Func<HttpContent> content, CancellationToken ct)
    {
        using (var head = new HttpRequestMessage(HttpMethod.Head, $"/v2/{_repository}/blobs/{digest}"))
        using (var there = await _http.SendAsync(head, ct))
        {
            if (there.IsSuccessStatusCode)
                return;
        }

        using var begun = await _http.PostAsync($"/v2/{_repository}/blobs/uploads/", null, ct);
        await CheckAsync(begun, ct);
        var location = new Uri(_http.BaseAddress!, begun.Headers.Location!);
        var end = new UriBuilder(location) { Query = $"{location.Query.TrimStart('?')}&digest={digest}".TrimStart('&') }.Uri;
        using var body = content();
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var done = await _http.PutAsync(end, body, ct);
        await CheckAsync(done, ct);
    }

    private static async Task CheckAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(ct)}");
    }
}
