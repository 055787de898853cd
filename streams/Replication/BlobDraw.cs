using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;

namespace Handcarry.Streams.Replication;

/// <summary>
/// Draws blobs from holders into a store. One blob is one serial loop over one pooled buffer: receive, then hash and write. While
/// the loop hashes, the kernel receives; and nothing is queued, so a slow disk slows the holder down and nothing else.
/// May be used for several blobs at once; when each of them asks its holder is for the <see cref="DrawWindow"/> to say.
/// </summary>
public sealed class BlobDraw
{
    // Peers ignore the repository; the specification wants one.
    private const string Repository = "handcarry";

    private readonly BlobStore _store;
    private readonly HttpClient _http;
    private readonly DrawOptions _options;
    private readonly TransferCounters _counters;
    private readonly TimeProvider _time;
    private readonly ArrayPool<byte> _pool;
    private readonly DrawWindow _window;

    /// <summary>Makes one.</summary>
    /// <param name="store">Where the blobs go.</param>
    /// <param name="http">How to reach holders; see <see cref="PeerClient"/>.</param>
    /// <param name="options">Buffer size and idle timeout.</param>
    /// <param name="counters">Told of bytes and blobs drawn, and of draws refused for their bytes.</param>
    /// <param name="time">The clock of the idle timeout.</param>
    /// <param name="pool">Lends one buffer per draw; the shared pool when null.</param>
    /// <param name="limit">Bytes per second of all draws together; none when null.</param>
    public BlobDraw(
        BlobStore store,
        HttpClient http,
        DrawOptions options,
        TransferCounters counters,
        TimeProvider time,
        ArrayPool<byte>? pool = null,
        RateLimit? limit = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_store, _http, _options, _counters, _time) = (store, http, options, counters, time);
        _pool = pool ?? TransferBuffers.Pool;
        Limit = limit ?? new RateLimit(time);
        _window = new DrawWindow(time);
        Flow = new LinkFlow(time);
    }

    /// <summary>Bytes per second of all draws together.</summary>
    public RateLimit Limit { get; }

    /// <summary>What the links gave while holders had bytes for this node.</summary>
    public LinkFlow Flow { get; }

    /// <summary>
    /// Connects to a holder from which something will be drawn soon: greeting each other takes several round trips and, the first time, compiling, which the nodes of a chain
    /// would otherwise do one after the other. Whether it succeeds is for the draws to tell.
    /// </summary>
    public async Task GreetAsync(Holder holder, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(holder);
        if (holder.Endpoint.Scheme != Uri.UriSchemeHttps)
            return;
        using var silence = new CancellationTokenSource(_options.IdleTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token);
        try
        {
            // The way to ask whether somebody speaks the protocol (distribution specification, end-1).
            using var answer = await _http.GetAsync(new Uri(holder.Endpoint, "/v2/"), either.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // It may come up later.
        }
    }

    /// <summary>
    /// Draws one blob, from the first byte that is not verified here yet. While another ingest of the same blob runs, waits for it.
    /// </summary>
    /// <param name="spec">The blob.</param>
    /// <param name="holder">Whom to draw it from.</param>
    /// <param name="begun">Called once the holder has answered and the blob begins to grow here, so that it can be offered on at once.</param>
    /// <param name="ct">Gives up; what was verified is kept.</param>
    /// <returns>Bytes that came over the network; 0 when the blob was already here.</returns>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.ReadFailed"/>: the holder could not be reached, broke off, or was silent for too long; <see cref="Reasons.BlobUnknown"/>:
    /// it does not have the blob; <see cref="Reasons.SizeMismatch"/>, <see cref="Reasons.DigestMismatch"/>: it has something else under that
    /// digest; and what <see cref="BlobStore.BeginAsync"/> throws. All name the holder, except those of our own disk.
    /// </exception>
    public async Task<long> DrawAsync(BlobSpec spec, Holder holder, Action? begun, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(holder);
        // The address comes in a message of a peer; with any other scheme nobody would have to show a certificate.
        if (holder.Endpoint.Scheme != Uri.UriSchemeHttps)
        {
            throw new ContentException(Reasons.ReadFailed, $"Blob {spec.Digest} is not drawn from {holder}: its address is not one of https.")
            {
                Digest = spec.Digest,
            };
        }

        await using var ingest = await _store.BeginAsync(spec, ct);
        if (ingest is null)
            return 0;
        var lacking = ingest.Verified < spec.Size;
        long bytes = 0;
        try
        {
            if (lacking)
                bytes = await ReceiveAsync(ingest, holder, begun, ct);
            await ingest.CompleteAsync(ct);
        }
        catch (ContentException e) when (lacking && e.Reason is Reasons.DigestMismatch or Reasons.SizeMismatch)
        {
            _counters.Refused();
            throw new ContentException(e.Reason, $"What {holder} sent was refused. {e.Message}", e) { Digest = spec.Digest, Offset = e.Offset };
        }

        _counters.Completed();
        return bytes;
    }

    private async Task<long> ReceiveAsync(BlobIngest ingest, Holder holder, Action? begun, CancellationToken ct)
    {
        var wire = new Wire(ingest.Spec, holder, ingest.Verified);
        using var place = await _window.EnterAsync(ingest.Spec.Size - ingest.Verified, ct);
        using var chunk = new LinkFlow.Chunk(Flow);
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token);
        using var request = wire.CreateRequest();
        var offset = ingest.Verified;
        byte[]? buffer = null;
        try
        {
            silence.CancelAfter(_options.IdleTimeout);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            wire.Check(response);
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            begun?.Invoke();
            buffer = _pool.Rent((int)Math.Min(_options.BufferSize, ingest.Spec.Size - offset));
            while (offset < ingest.Spec.Size)
            {
                var filled = 0;
                var wanted = (int)Math.Min(_options.BufferSize, ingest.Spec.Size - offset);
                while (filled < wanted)
                {
                    silence.CancelAfter(_options.IdleTimeout);
                    var coming = body.ReadAsync(buffer.AsMemory(filled, wanted - filled), either.Token);
                    if (!coming.IsCompleted)
                        place.Waits();
                    var read = await coming;
                    if (read == 0)
                        throw wire.Failed(offset + filled, "it ended the answer early", null);
                    filled += read;
                    _counters.Drew(read);
                    chunk.Came(read, offset + filled, offset + filled == ingest.Spec.Size);
                    place.Came(read);
                }

                // Only the holder's silence counts, not the time that our own disk or limit takes.
                silence.CancelAfter(Timeout.InfiniteTimeSpan);
                var since = _time.GetTimestamp();
                await Limit.TakeAsync(filled, either.Token);
                if (Limit.Rate > 0)
                    place.HeldBack(since);
                ingest.Append(buffer.AsSpan(0, filled));
                offset += filled;
            }

            return offset - wire.Start;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw wire.Failed(offset, $"it was silent for {_options.IdleTimeout.TotalSeconds:0.#} s", null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw wire.Failed(offset, (e.InnerException ?? e).Message, e);
        }
        finally
        {
            if (buffer is not null)
                _pool.Return(buffer);
        }
    }

    /// <summary>What is asked of the holder, what must come back, and what to say when it does not.</summary>
    private sealed record Wire(BlobSpec Spec, Holder Holder, long Start)
    {
        public HttpRequestMessage CreateRequest()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Holder.Endpoint, $"/v2/{Repository}/blobs/{Spec.Digest}"))
            {
                Version = HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            if (Start > 0)
                request.Headers.Range = new RangeHeaderValue(Start, null);
            return request;
        }

        public void Check(HttpResponseMessage response)
        {
            if (response.StatusCode == HttpStatusCode.NotFound)
                throw Refused(Reasons.BlobUnknown, $"{Holder} does not have blob {Spec.Digest}; draw it from another holder.");
            if (response.StatusCode != (Start > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK))
                throw Failed(Start, $"it answered with status {(int)response.StatusCode}", null);
            var headers = response.Content.Headers;
            var (size, from) = Start > 0 ? (headers.ContentRange?.Length, headers.ContentRange?.From) : (headers.ContentLength, 0);
            if (size != Spec.Size)
                throw Refused(Reasons.SizeMismatch, $"Blob {Spec.Digest} has {size} bytes there instead of {Spec.Size}.");
            if (from != Start || headers.ContentLength != Spec.Size - Start)
                throw Failed(Start, $"it answered with another part of the blob than was asked for ({headers.ContentRange})", null);
        }

        public ContentException Failed(long offset, string what, Exception? inner) =>
            new(
                Reasons.ReadFailed,
                $"Drawing blob {Spec.Digest} from {Holder} failed after {offset} of {Spec.Size} bytes: {what.TrimEnd('.')}. It is drawn again from what is verified here.",
                inner)
            {
                Digest = Spec.Digest,
                Offset = offset,
            };

        private ContentException Refused(string reason, string message) => new(reason, message) { Digest = Spec.Digest };
    }
}
