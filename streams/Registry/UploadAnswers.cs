using System.Buffers;
using System.Globalization;
using Handcarry.Streams.Content;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Handcarry.Streams.Registry;

/// <summary>
/// Takes what is pushed (OCI distribution specification v1.1, "Push": end-4 to end-7, end-11, end-13). A blob is in the store once it has hashed to its digest, before the push is answered.
/// </summary>
internal sealed class UploadAnswers(BlobStore store, RegistryUploads uploads, ArrayPool<byte> pool)
{
    private const int BufferSize = 256 << 10;

    /// <summary>Begins an upload; or takes the blob from what is here (<c>mount</c>), or from this one request (<c>digest</c>).</summary>
    public async Task BeginAsync(HttpContext context, string name)
    {
        var query = context.Request.Query;
        if (query.TryGetValue("mount", out var mount))
        {
            var wanted = RegistryPath.DigestOf(mount.ToString());
            if (store.Contains(wanted))
            {
                Created(context, $"/v2/{name}/blobs/{wanted}", wanted);
                return;
            }
        }

        var session = uploads.Begin(name);
        if (query.TryGetValue("digest", out var digest))
        {
            await FinishAsync(context, uploads.Take(name, session.Id), digest.ToString(), always: true);
            return;
        }

        Accepted(context, session, StatusCodes.Status202Accepted);
    }

    /// <summary>Tells how far an upload has come.</summary>
    public Task TellAsync(HttpContext context, string name, string id)
    {
        var session = uploads.Take(name, id);
        Accepted(context, session, StatusCodes.Status204NoContent);
        uploads.Leave(session);
        return Task.CompletedTask;
    }

    /// <summary>Appends a piece, which must begin where the last one ended.</summary>
    public async Task AppendAsync(HttpContext context, string name, string id)
    {
        var session = uploads.Take(name, id);
        try
        {
            CheckPlace(context, session);
            await ReceiveAsync(context, session);
            Accepted(context, session, StatusCodes.Status202Accepted);
        }
        finally
        {
            uploads.Leave(session);
        }
    }

    /// <summary>Ends an upload, with a last piece perhaps.</summary>
    public Task EndAsync(HttpContext context, string name, string id) =>
        FinishAsync(context, uploads.Take(name, id), context.Request.Query["digest"].ToString(), always: false);

    /// <summary>Gives an upload up.</summary>
    public Task CancelAsync(HttpContext context, string name, string id)
    {
        uploads.End(uploads.Take(name, id));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Takes a manifest whose blobs are here (end-7).</summary>
    public async Task PutManifestAsync(HttpContext context, string name, string reference)
    {
        LimitBody(context, ManifestJson.MaxBytes);
        var bytes = await ReadBodyAsync(context);
        var digest = Digest.Of(bytes);
        var isDigest = reference.Contains(':', StringComparison.Ordinal);
        if (isDigest && RegistryPath.DigestOf(reference) != digest)
            throw new RegistryException(StatusCodes.Status400BadRequest, OciError.DigestInvalid, $"The manifest is {digest}, not {reference}.");
        if (!isDigest && !RegistryPath.IsTag(reference))
            throw new RegistryException(StatusCodes.Status400BadRequest, OciError.ManifestInvalid, "Not a tag.");
        var (mediaType, parts) = Parse(context, bytes);
        foreach (var part in parts.Where(part => !store.Contains(part.Digest)))
            throw new RegistryException(StatusCodes.Status404NotFound, OciError.ManifestBlobUnknown, $"{part.Digest}, of which the manifest consists, is not here: push it first.");

        var artifact = Artifact.Read(bytes);
        try
        {
            await IngestAsync(new BlobSpec(digest, bytes.Length), (buffer, offset) =>
            {
                var count = (int)Math.Min(buffer.Length, bytes.Length - offset);
                bytes.AsSpan((int)offset, count).CopyTo(buffer);
                return count;
            }, context.RequestAborted);
            uploads.Pushed.Add(new RegistryManifest(name, digest, mediaType, isDigest ? null : reference, artifact?.Subject));
        }
        catch (ContentException e)
        {
            throw Failed(e);
        }

        if (artifact?.Subject is { } subject)
            context.Response.Headers["OCI-Subject"] = subject.ToString();
        Created(context, $"/v2/{name}/manifests/{reference}", digest);
    }

    private static (string MediaType, IReadOnlyList<Descriptor> Parts) Parse(HttpContext context, byte[] bytes)
    {
        try
        {
            var mediaType = ManifestDocument.MediaTypeOf(bytes);
            var said = context.Request.ContentType?.Split(';')[0].Trim();
            if (said is { Length: > 0 } && said != mediaType)
                throw new RegistryException(StatusCodes.Status400BadRequest, OciError.ManifestInvalid, $"The manifest is {mediaType}, not {said}.");
            if (MediaTypes.IsIndex(mediaType))
                return (mediaType, ImageIndex.Parse(bytes).Manifests);
            var manifest = ImageManifest.Parse(bytes);
            return (mediaType, [manifest.Config, .. manifest.Layers]);
        }
        catch (ContentException e)
        {
            throw new RegistryException(StatusCodes.Status400BadRequest, OciError.ManifestInvalid, e.Message);
        }
    }

    private async Task FinishAsync(HttpContext context, UploadSession session, string text, bool always)
    {
        var ended = always;
        try
        {
            var digest = RegistryPath.DigestOf(text);
            CheckPlace(context, session);
            await ReceiveAsync(context, session);
            ended = true;
            if (session.Digest() != digest)
                throw new RegistryException(StatusCodes.Status400BadRequest, OciError.DigestInvalid, $"What was pushed is {session.Digest()}, not {digest}; nothing of it was kept.");
            await IngestAsync(new BlobSpec(digest, session.Offset), (buffer, offset) => session.Read(buffer, offset), context.RequestAborted);
            Created(context, $"/v2/{session.Repository}/blobs/{digest}", digest);
        }
        catch (ContentException e)
        {
            throw Failed(e);
        }
        finally
        {
            if (ended)
                uploads.End(session);
            else
                uploads.Leave(session);
        }
    }

    private delegate int ReadPiece(Span<byte> buffer, long offset);

    private async Task IngestAsync(BlobSpec spec, ReadPiece read, CancellationToken ct)
    {
        await using var ingest = await store.BeginAsync(spec, ct);
        if (ingest is null)
            return;
        var buffer = pool.Rent(BufferSize);
        try
        {
            for (var offset = ingest.Verified; offset < spec.Size;)
            {
                ct.ThrowIfCancellationRequested();
                var count = read(buffer.AsSpan(0, (int)Math.Min(BufferSize, spec.Size - offset)), offset);
                ingest.Append(buffer.AsSpan(0, count));
                offset += count;
            }

            await ingest.CompleteAsync(ct);
        }
        finally
        {
            pool.Return(buffer);
        }
    }

    // A piece without Content-Range is the next one. "Chunks MUST be uploaded in order": otherwise 416 and how far it is.
    private static void CheckPlace(HttpContext context, UploadSession session)
    {
        var range = context.Request.Headers.ContentRange.ToString();
        if (range.Length == 0)
            return;
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash > 0
            && long.TryParse(range.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var first) && first == session.Offset
            && long.TryParse(range.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && (context.Request.ContentLength is not { } length || length == last - first + 1))
            return;
        Accepted(context, session, StatusCodes.Status416RangeNotSatisfiable);
        throw new RegistryException(StatusCodes.Status416RangeNotSatisfiable, OciError.BlobUploadInvalid, $"The next piece begins at byte {session.Offset}; it came as {range}.");
    }

    private async Task ReceiveAsync(HttpContext context, UploadSession session)
    {
        LimitBody(context, null);
        var buffer = pool.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await context.Request.Body.ReadAtLeastAsync(buffer.AsMemory(0, BufferSize), BufferSize, throwOnEndOfStream: false, context.RequestAborted)) > 0)
                session.Append(buffer.AsSpan(0, read));
        }
        finally
        {
            pool.Return(buffer);
        }
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            throw new RegistryException(e.StatusCode, OciError.SizeInvalid, $"A manifest may have {ManifestJson.MaxBytes} bytes.");
        }

        return body.ToArray();
    }

    private static void LimitBody(HttpContext context, long? most) => context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = most;

    private static void Accepted(HttpContext context, UploadSession session, int status)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.Location = $"/v2/{session.Repository}/blobs/uploads/{session.Id}";
        response.Headers.Range = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, session.Offset - 1)}");
        response.Headers["Docker-Upload-UUID"] = session.Id;
        response.ContentLength = status == StatusCodes.Status202Accepted ? 0 : null;
    }

    private static void Created(HttpContext context, string location, Digest digest)
    {
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = location;
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        context.Response.ContentLength = 0;
    }

    private static RegistryException Failed(ContentException e) => e.Reason switch
    {
        Reasons.NoSpace => new RegistryException(StatusCodes.Status507InsufficientStorage, OciError.BlobUploadInvalid, e.Message),
        Reasons.LimitExceeded => new RegistryException(StatusCodes.Status413PayloadTooLarge, OciError.SizeInvalid, e.Message),
        _ => new RegistryException(StatusCodes.Status500InternalServerError, OciError.BlobUploadInvalid, e.Message),
    };
}
