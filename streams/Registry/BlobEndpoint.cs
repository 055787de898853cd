using System.Buffers;
using System.Globalization;
using Handcarry.Streams.Content;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>
/// Serves the blobs of a store read-only by the OCI distribution specification v1.1. The repository name in a request must be
/// well formed and is otherwise ignored: a blob is what its digest says, under any name.
/// </summary>
/// <remarks>
/// A blob that is still arriving is served as far as it is verified, and then followed as it grows; its length is known from the
/// start, so the answer has the same headers. When its ingest is given up the connection is cut, never ended early in good order.
/// </remarks>
public static class BlobEndpoint
{
    // Large enough that the calls do not matter beside the copying, small enough for a few hundred requests at once.
    private const int BufferSize = 256 << 10;

    /// <summary>
    /// Maps <c>GET /v2/</c> and <c>GET|HEAD /v2/&lt;name&gt;/blobs/&lt;digest&gt;</c>, one <c>Range</c> included; everything else
    /// below <c>/v2/</c> is answered with an error body of the specification.
    /// </summary>
    /// <param name="endpoints">Where to map.</param>
    /// <param name="store">The blobs to serve.</param>
    /// <param name="counters">Told of every byte sent.</param>
    /// <param name="pool">Lends one buffer of 256 KiB per request; the shared pool when null.</param>
    public static IEndpointConventionBuilder MapBlobs(
        this IEndpointRouteBuilder endpoints, BlobStore store, TransferCounters counters, ArrayPool<byte>? pool = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(counters);
        var logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(BlobEndpoint).FullName!);
        var server = new Server(store, counters, pool ?? TransferBuffers.Pool, logger);
        // Routing knows a catch-all only as the last segment, while here the name in the middle has any number of them.
        return endpoints.Map("/v2/{**path}", server.AnswerAsync);
    }

    private sealed class Server(BlobStore store, TransferCounters counters, ArrayPool<byte> pool, ILogger logger)
    {
        public Task AnswerAsync(HttpContext context)
        {
            var request = context.Request;
            context.Response.Headers["Docker-Distribution-API-Version"] = "registry/2.0";
            var isHead = HttpMethods.IsHead(request.Method);
            if (!isHead && !HttpMethods.IsGet(request.Method))
            {
                context.Response.Headers.Allow = "GET, HEAD";
                return OciError.WriteAsync(
                    context, StatusCodes.Status405MethodNotAllowed, OciError.Unsupported, "This registry can only be read.");
            }

            var path = request.RouteValues["path"] as string ?? "";
            if (path.Length == 0)
                return Task.CompletedTask;
            if (!RegistryPath.TrySplit(path, out var name, out var text))
                return OciError.WriteAsync(context, StatusCodes.Status404NotFound, OciError.Unsupported, "This registry serves blobs only.");
            if (!RegistryPath.IsName(name))
                return OciError.WriteAsync(context, StatusCodes.Status400BadRequest, OciError.NameInvalid, "Not a repository name.");
            if (!Digest.TryParse(text, out var digest))
            {
                return OciError.WriteAsync(
                    context, StatusCodes.Status400BadRequest, OciError.DigestInvalid, "Expected sha256: and 64 lower-case hex digits.");
            }

            var source = store.TryOpen(digest);
            return source is null
                ? OciError.WriteAsync(context, StatusCodes.Status404NotFound, OciError.BlobUnknown, $"Blob {digest} is not here.")
                : AnswerAsync(context, digest, source, isHead);
        }

        private async Task AnswerAsync(HttpContext context, Digest digest, BlobSource source, bool isHead)
        {
            using (source)
            {
                var response = context.Response;
                response.Headers.AcceptRanges = "bytes";
                // A Range on anything but GET is to be ignored (RFC 9110, section 14.2).
                var header = isHead ? null : context.Request.Headers.Range.ToString();
                var part = new ByteRange(0, source.Size);
                if (ByteRange.TryRead(header, source.Size, out var range))
                {
                    if (range is null)
                    {
                        response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{source.Size}");
                        await OciError.WriteAsync(
                            context, StatusCodes.Status416RangeNotSatisfiable, OciError.SizeInvalid, $"The blob has {source.Size} bytes.");
                        return;
                    }

                    part = range.Value;
                    response.StatusCode = StatusCodes.Status206PartialContent;
                    response.Headers.ContentRange = part.ToContentRange(source.Size);
                }

                response.Headers["Docker-Content-Digest"] = digest.ToString();
                response.ContentType = "application/octet-stream";
                response.ContentLength = part.Length;
                if (!isHead && part.Length > 0)
                    await SendAsync(context, source, part);
            }
        }

        private async Task SendAsync(HttpContext context, BlobSource source, ByteRange part)
        {
            var gone = context.RequestAborted;
            var buffer = pool.Rent(BufferSize);
            try
            {
                var (offset, end) = (part.Start, part.Start + part.Length);
                while (offset < end)
                {
                    // Nothing read means that what was verified a moment ago has been revoked: waiting then tells why.
                    var verified = Math.Min(await source.WaitBeyondAsync(offset, gone), end);
                    while (offset < verified && source.Read(buffer.AsSpan(0, (int)Math.Min(BufferSize, verified - offset)), offset) is > 0 and var read)
                    {
                        await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), gone);
                        counters.Sent(read);
                        offset += read;
                    }
                }
            }
            catch (OperationCanceledException) when (gone.IsCancellationRequested)
            {
                // The peer has enough, or is gone; it will ask again for what it lacks.
            }
            catch (Exception e) when (e is ContentException or IOException)
            {
                logger.LogWarning("Cut off {Peer}, which was being sent a blob: {Reason}", context.Connection.RemoteIpAddress, e.Message);
                context.Abort();
            }
            finally
            {
                pool.Return(buffer);
            }
        }
    }
}
