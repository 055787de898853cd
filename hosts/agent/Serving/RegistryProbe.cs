using System.Net;
using System.Net.Http.Headers;
using Handcarry.Streams.Content;

namespace Handcarry.Agent.Serving;

/// <summary>
/// Asks a registry on loopback for images as podman and CRI-O do by a mirror (containers/image, docker_client.go): the manifest by digest, below the path that the
/// image's name has without its host. What comes must hash to that digest, so no other program passes for the agent.
/// </summary>
internal sealed class RegistryProbe : IDisposable
{
    private static readonly string[] Manifests = [MediaTypes.OciManifest, MediaTypes.OciIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList];

    /// <summary>A manifest is 4 MiB at most (distribution-spec 1.1, "Pushing Manifests"); on loopback ten seconds are for ever.</summary>
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = 4 << 20,
    };

    /// <summary>What is wrong, in a sentence; null when every image is there.</summary>
    public async Task<string?> AskAsync(Uri registry, IReadOnlyList<ImageName> images, CancellationToken cancellationToken)
    {
        foreach (var image in images)
        {
            var path = image.Repository[(image.Repository.IndexOf('/', StringComparison.Ordinal) + 1)..];
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(registry, $"/v2/{path}/manifests/{image.Digest}"));
            foreach (var type in Manifests)
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
            try
            {
                using var response = await _http.SendAsync(request, cancellationToken);
                if (response.StatusCode != HttpStatusCode.OK)
                    return $"What listens on {registry.Authority} answered {(int)response.StatusCode} when asked for {image}.";
                if (Digest.Of(await response.Content.ReadAsByteArrayAsync(cancellationToken)) != image.Digest)
                    return $"What listens on {registry.Authority} gave something else when asked for {image}.";
            }
            catch (HttpRequestException failure)
            {
                return $"Nobody answers on {registry.Authority} when asked for {image}: {failure.Message}".TrimEnd('.') + ".";
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return $"What listens on {registry.Authority} has not answered within {_http.Timeout.TotalSeconds:F0} s when asked for {image}.";
            }
        }

        return null;
    }

    public void Dispose() => _http.Dispose();
}
