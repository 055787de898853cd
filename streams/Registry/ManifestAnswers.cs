using Handcarry.Streams.Content;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>
/// Answers for <c>/v2/&lt;name&gt;/manifests/&lt;digest or tag&gt;</c> (end-3). By digest a manifest is served under any name, as blobs
/// are; by tag where the catalogue has it. Only what the catalogue calls a manifest and the store has verified to its last byte counts.
/// </summary>
internal sealed class ManifestAnswers(BlobStore store, ServedCatalogue catalogue, TransferCounters counters, ILogger logger)
{
    // A digest names the same bytes for ever.
    private static string EntityTag(Digest digest) => $"\"{digest}\"";

    public async Task AnswerAsync(HttpContext context, string name, string reference)
    {
        if (!TryFind(name, reference, out var digest))
        {
            await OciError.WriteDigestInvalidAsync(context);
            return;
        }

        if (digest == default || await TryReadAsync(digest, context.RequestAborted) is not { } manifest)
        {
            await OciError.WriteAsync(
                context, StatusCodes.Status404NotFound, OciError.ManifestUnknown, $"Manifest {reference} of {name} is not here.");
            return;
        }

        var response = context.Response;
        response.Headers["Docker-Content-Digest"] = digest.ToString();
        response.Headers.ETag = EntityTag(digest);
        if (context.Request.Headers.IfNoneMatch.Contains(EntityTag(digest)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = manifest.MediaType;
        response.ContentLength = manifest.Bytes.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await response.Body.WriteAsync(manifest.Bytes, context.RequestAborted);
        counters.Sent(manifest.Bytes.Length);
    }

    /// <summary>A manifest that is here whole, with the media type by which it calls itself; null when it is not, or is none.</summary>
    public async ValueTask<(string MediaType, byte[] Bytes)?> TryReadAsync(Digest digest, CancellationToken ct)
    {
        if (!catalogue.Current.IsManifest(digest) || !store.Contains(digest))
            return null;
        try
        {
            var bytes = await store.ReadAllAsync(digest, ManifestJson.MaxBytes, ct);
            return (ManifestDocument.MediaTypeOf(bytes), bytes);
        }
        catch (ContentException e)
        {
            logger.LogWarning("Does not serve {Digest} as a manifest: {Reason}", digest, e.Message);
            return null;
        }
    }

    /// <summary>False when the reference is meant as a digest and is none; no digest at all when a tag is not known.</summary>
    private bool TryFind(string name, string reference, out Digest digest)
    {
        // No tag has a colon.
        if (reference.Contains(':', StringComparison.Ordinal))
            return Digest.TryParse(reference, out digest);
        digest = catalogue.Current.FindTags(name)?.GetValueOrDefault(reference) ?? default;
        return true;
    }
}
