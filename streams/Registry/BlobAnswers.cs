using System.Buffers;
using System.Globalization;
using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>
/// Sends blobs and parts of them. The repository in a request is ignored: a blob is what its digest says, under any name.
/// </summary>
/// <remarks>
/// A blob that is still arriving is served as far as it is verified, and then followed as it grows; its length is known from the
/// start, so the answer has the same headers. When its ingest is given up the connection is cut, never ended early in good order.
/// </remarks>
internal sealed class BlobAnswers(BlobStore store, TransferCounters counters, ArrayPool<byte> pool, ILogger logger, RateLimit? sending)
{
    // Large enough that the calls do not matter beside the copying, small enough for a few hundred requests at once.
    private const int BufferSize = 256 << 10;

    /// <summary>Answers a GET or HEAD, one <c>Range</c> included.</summary>
    public async Task AnswerAsync(HttpContext context, Digest digest)
    {
        var isHead = HttpMethods.IsHead(context.Request.Method);
        using var source = store.TryOpen(digest)
            ?? throw new RegistryException(StatusCodes.Status404NotFound, OciError.BlobUnknown, $"Blob {digest} is not here.");
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
                    if (sending is not null)
                        await sending.TakeAsync(read, gone);
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
