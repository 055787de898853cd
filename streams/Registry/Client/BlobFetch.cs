using System.Net;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>
/// One blob being fetched. As in <see cref="Replication.BlobDraw"/>, one serial loop over one pooled buffer: receive, then hand over. Nothing is queued,
/// so a slow disk slows the registry down and nothing else.
/// </summary>
internal sealed class BlobFetch(
    RegistryRequests requests, RegistryClientOptions options, TimeProvider time, Descriptor blob, IBlobTarget target, IReadOnlyList<RegistrySource> sources, CancellationToken ct)
{
    private const int BufferSize = 1 << 20;

    public async Task<Descriptor> AttemptAsync(RegistrySource source, Patience patience)
    {
        using var turn = await source.Host.EnterAsync(patience, ct);
        // An empty blob needs nobody's bytes; so does one whose last byte came before something else failed.
        if (target.Position < blob.Size)
            await ReceiveAsync(source, patience);
        if (await target.CompleteAsync(ct))
            return blob;
        if (target.Position != 0)
            throw new InvalidOperationException("A target that is not complete must begin again.");
        throw Mismatch(source);
    }

    private async Task ReceiveAsync(RegistrySource source, Patience patience)
    {
        var from = source.WithoutRange ? 0 : target.Position;
        using var watch = new SilenceWatch(options.SilenceTimeout, time, ct);
        using var response = await requests.GetAsync(source, $"blobs/{blob.Digest}", new Asked(From: from), watch);
        var start = await StartAsync(response, source, from, watch);
        await using var body = await response.Content.ReadAsStreamAsync(watch.Token);
        var buffer = TransferBuffers.Pool.Rent((int)Math.Min(BufferSize, blob.Size + 1));
        try
        {
            await CopyAsync(body, buffer, start, source, patience, watch);
        }
        finally
        {
            TransferBuffers.Pool.Return(buffer);
        }
    }

    private async Task CopyAsync(Stream body, byte[] buffer, long at, RegistrySource source, Patience patience, SilenceWatch watch)
    {
        var before = target.Position;
        while (true)
        {
            // One byte more than there may be: what is too long is found out before its end is taken.
            var room = (int)Math.Min(Math.Min(BufferSize, buffer.Length), blob.Size - at + 1);
            var (filled, broken) = await FillAsync(body, buffer.AsMemory(0, room), source, watch);
            if (filled > blob.Size - at)
                throw Wrong(source, $"has more than the {blob.Size} bytes of");
            watch.Rest();
            // Without ranges, what is here already comes again.
            var known = (int)Math.Clamp(target.Position - at, 0, filled);
            if (filled > known)
            {
                await target.AppendAsync(buffer.AsMemory(known, filled - known), ct);
                patience.Progress(filled - known);
                source.Contributed = true;
            }

            at += filled;
            if (broken is not null)
                throw broken;
            if (filled == room)
                continue;
            if (at == blob.Size)
                return;
            throw target.Position > before
                ? new RegistryFault(FaultKind.Transient, Reasons.RegistryUnreachable, $"{source} ended blob {blob.Digest} after {at} of {blob.Size} bytes.")
                : Wrong(source, $"has only {at} bytes of the {blob.Size} of");
        }
    }

    /// <summary>Fills the buffer unless the body ends or breaks before; what came until then counts.</summary>
    private static async Task<(int Filled, RegistryFault? Broken)> FillAsync(Stream body, Memory<byte> buffer, RegistrySource source, SilenceWatch watch)
    {
        var filled = 0;
        try
        {
            while (filled < buffer.Length)
            {
                watch.Listen();
                var read = await body.ReadAsync(buffer[filled..], watch.Token);
                if (read == 0)
                    break;
                filled += read;
            }
        }
        catch (Exception e) when (watch.Explains(e))
        {
            return (filled, RegistryFault.Of(e, source, watch));
        }

        return (filled, null);
    }

    /// <summary>Where in the blob the body begins.</summary>
    private async Task<long> StartAsync(HttpResponseMessage response, RegistrySource source, long from, SilenceWatch watch)
    {
        var headers = response.Content.Headers;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK when (headers.ContentLength ?? blob.Size) != blob.Size:
                throw Wrong(source, $"has {headers.ContentLength} bytes instead of the {blob.Size} of");
            case HttpStatusCode.OK:
                return 0;
            case HttpStatusCode.PartialContent when from > 0 && headers.ContentRange is { Unit: "bytes", From: { } first, To: { } last } range:
                if ((range.Length ?? blob.Size) != blob.Size || last >= blob.Size)
                    throw Wrong(source, $"has {range.Length ?? last + 1} bytes instead of the {blob.Size} of");
                if (first != from)
                    break;
                return from;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when from > 0:
                break;
            case HttpStatusCode.PartialContent:
                throw new RegistryFault(FaultKind.Wrong, Reasons.RegistryRefused, $"{source} answered with a part of blob {blob.Digest} when asked for all of it.");
            default:
                throw await RegistryFault.OfAsync(response, source, $"the blob {blob.Digest}", time, watch);
        }

        source.WithoutRange = true;
        throw new RegistryFault(
            FaultKind.Wrong,
            Reasons.RegistryRefused,
            $"{source} answered with {(int)response.StatusCode} ({headers.ContentRange}) when asked for blob {blob.Digest} from byte {from} of {blob.Size} on.");
    }

    /// <summary>Whoever sent some of it may be the one who sent wrong bytes.</summary>
    private RegistryFault Mismatch(RegistrySource last)
    {
        var fault = new RegistryFault(FaultKind.Wrong, Reasons.DigestMismatch, $"{last} sent other bytes than those of blob {blob.Digest}; they were dropped.");
        foreach (var source in sources.Where(source => source.Contributed && source != last))
            source.Failed(new RegistryFault(FaultKind.Wrong, fault.Reason, $"{source} may have sent other bytes than those of blob {blob.Digest}; they were dropped."));
        foreach (var source in sources)
            source.Contributed = false;
        return fault;
    }

    private RegistryFault Wrong(RegistrySource source, string what) => new(FaultKind.Wrong, Reasons.SizeMismatch, $"{source} {what} blob {blob.Digest}.");
}
