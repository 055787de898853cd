using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>One manifest being fetched.</summary>
internal sealed class ManifestFetch(RegistryRequests requests, RegistryClientOptions options, TimeProvider time, ImageReference reference, CancellationToken ct)
{
    private const string DigestHeader = "Docker-Content-Digest";

    private static readonly string Accepted =
        string.Join(", ", MediaTypes.OciManifest, MediaTypes.OciIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList);

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public async Task<FetchedManifest> AttemptAsync(RegistrySource source, Patience patience)
    {
        using var turn = await source.Host.EnterAsync(patience, ct);
        using var watch = new SilenceWatch(options.SilenceTimeout, time, ct);
        using var response = await requests.GetAsync(source, $"manifests/{reference.Wanted}", new Asked(Accepted), watch);
        if (!response.IsSuccessStatusCode)
            throw await RegistryFault.OfAsync(response, source, $"the manifest {reference.Wanted}", time, watch);
        if (await BodyAsync(response, source, watch) is not { } bytes)
            throw new RegistryFault(FaultKind.Final, Reasons.LimitExceeded, $"The manifest {reference.Wanted} of {source} is larger than {options.MaxManifestBytes} bytes.");

        var digest = Digest.Of(bytes);
        if ((reference.Digest ?? Announced(response)) is { } wanted && wanted != digest)
        {
            throw new RegistryFault(
                FaultKind.Wrong, Reasons.DigestMismatch, $"{source} answered with other bytes than those of manifest {wanted}: theirs have the digest {digest}.");
        }

        var mediaType = Own(bytes, source) ?? response.Content.Headers.ContentType?.MediaType;
        if (mediaType is null || !(MediaTypes.IsManifest(mediaType) || MediaTypes.IsIndex(mediaType)))
        {
            throw new RegistryFault(
                FaultKind.Final, Reasons.RegistryRefused, $"{source} has something else than an image manifest or index as {reference.Wanted}: {mediaType ?? "of no media type"}.");
        }

        return new FetchedManifest(new Descriptor(mediaType, digest, bytes.Length), bytes);
    }

    private async Task<byte[]?> BodyAsync(HttpResponseMessage response, RegistrySource source, SilenceWatch watch)
    {
        try
        {
            return await ResponseBody.ReadAsync(response, options.MaxManifestBytes, watch.Token);
        }
        catch (Exception e) when (watch.Explains(e))
        {
            throw RegistryFault.Of(e, source, watch);
        }
    }

    private static Digest? Announced(HttpResponseMessage response) =>
        response.Headers.TryGetValues(DigestHeader, out var values) && Digest.TryParse(values.First().Trim(), out var digest) ? digest : null;

    /// <summary>
    /// What the bytes call themselves, which their digest vouches for, unlike for the header. An OCI document need not say (image-spec v1.1,
    /// manifest.md, index.md); its members tell then. Null for what has neither.
    /// </summary>
    private string? Own(byte[] bytes, RegistrySource source)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return null;
            if (root.TryGetProperty("mediaType", out var mediaType) && mediaType.ValueKind == JsonValueKind.String)
                return mediaType.GetString();
            return (root.TryGetProperty("manifests", out _), root.TryGetProperty("layers", out _)) switch
            {
                (true, false) => MediaTypes.OciIndex,
                (false, true) => MediaTypes.OciManifest,
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A login page of a network in between looks like this.
            throw new RegistryFault(FaultKind.Wrong, Reasons.RegistryRefused, $"{source} answered with something that is no JSON when asked for the manifest {reference.Wanted}.", e);
        }
    }
}
