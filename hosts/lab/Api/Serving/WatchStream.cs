using System.Text;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Api.Selection;
using Handcarry.Lab.Api.Storage;
using Handcarry.Lab.Api.Tables;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Lab.Api.Serving;

/// <summary>
/// One watch: changes as lines of JSON until its time is over, it is dropped, or the client goes
/// (k8s.io/apiserver/pkg/endpoints/handlers/watch.go, pkg/storage/cacher).
/// </summary>
internal sealed class WatchStream(VersionedStore store, LabApiOptions options)
{
    // A watch without timeoutSeconds lasts between one and two of these (--min-request-timeout).
    private static readonly TimeSpan MinRequestTimeout = TimeSpan.FromMinutes(30);

    private static readonly byte[] Newline = "\n"u8.ToArray();

    public async Task ServeAsync(HttpContext context, ResourceType type, string space, RequestOptions request)
    {
        request.CheckList(options.WatchLists);
        var labels = LabelSelector.Parse(request.LabelSelector);
        var fields = FieldSelector.Parse(request.FieldSelector, type);
        bool Selected(StoredObject candidate) =>
            (space.Length == 0 || candidate.Namespace == space) && labels.Matches(candidate.Json) && fields.Matches(candidate.Json);

        // Version 0 is "any": the present state, then changes; none at all is the same with the newest state.
        var since = request.ResourceVersion is { } asked and not 0 ? (long?)asked : null;
        var (now, feed) = store.Open(type, space, since);
        Func<StoredObject, byte[]> form = Responses.WantsTable(context)
            ? row => Json.Write(TableForm.Of(type, [row.Json], row.Version.ToString(), options.Time.GetUtcNow()))
            : static whole => whole.Utf8;
        context.Response.StatusCode = 200;
        context.Response.ContentType = "application/json";
        if (feed is null)
        {
            var failure = ApiFailure.Expired($"too old resource version: {since} ({store.OldestFor(type)})");
            await SendAsync(context, "ERROR", Json.Write(failure.ToStatus()), context.RequestAborted);
            return;
        }
        using (feed)
        {
            using var over = new CancellationTokenSource(Duration(request), options.Time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(over.Token, feed.Dropped, context.RequestAborted);
            try
            {
                await FollowAsync(context, type, request, since is null ? now : null, since ?? now.Version, feed, Selected, form, end.Token);
            }
            catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
            {
                if (feed.Dropped.IsCancellationRequested)
                    context.Abort();
            }
        }
    }

    private async Task FollowAsync(HttpContext context, ResourceType type, RequestOptions request, Snapshot? initial, long since,
        ChangeFeed feed, Func<StoredObject, bool> selected, Func<StoredObject, byte[]> form, CancellationToken end)
    {
        foreach (var present in initial?.Objects.Where(selected) ?? [])
            await SendAsync(context, "ADDED", form(present), end);
        if (initial is not null && options.WatchLists && request.SendInitialEvents && request.AllowWatchBookmarks)
            await SendAsync(context, "BOOKMARK", Bookmark(type, since, initialEventsEnd: true), end);
        await context.Response.Body.FlushAsync(end);

        var sent = since;
        var more = feed.Changes.WaitToReadAsync(end).AsTask();
        while (true)
        {
            using var early = CancellationTokenSource.CreateLinkedTokenSource(end);
            var pause = Task.Delay(options.BookmarkEvery, options.Time, early.Token);
            await Task.WhenAny(more, pause);
            end.ThrowIfCancellationRequested();

            // Read before the feed is emptied: every change up to this version is in the feed by then.
            var version = store.Version;
            while (feed.Changes.TryRead(out var change))
            {
                if (change.Version <= since)
                    continue;
                sent = change.Version;
                if (Render(change, selected) is var (kind, changed))
                    await SendAsync(context, kind, form(changed), end);
            }
            if (more.IsCompleted)
            {
                if (!await more)
                    return;
                more = feed.Changes.WaitToReadAsync(end).AsTask();
            }
            if (pause.IsCompletedSuccessfully && request.AllowWatchBookmarks)
                await SendAsync(context, "BOOKMARK", Bookmark(type, Math.Max(version, sent), initialEventsEnd: false), end);
            await early.CancelAsync();
            await context.Response.Body.FlushAsync(end);
        }
    }

    // An object that leaves the selection is deleted for this watcher, one that enters it is added (cacher/cache_watcher.go).
    private static (string Kind, StoredObject Changed)? Render(Change change, Func<StoredObject, bool> selected)
    {
        var before = change.Before is { } old && selected(old);
        var after = change.After is { } now && selected(now);
        return (before, after) switch
        {
            (false, true) => ("ADDED", change.After!),
            (true, true) => ("MODIFIED", change.After!),
            (true, false) when change.Last is { } last => ("DELETED", last),
            (true, false) => ("DELETED", new StoredObject((JsonObject)change.Before!.Json.DeepClone(), change.Version)),
            _ => null,
        };
    }

    private static byte[] Bookmark(ResourceType type, long version, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(), ["creationTimestamp"] = null };
        if (initialEventsEnd)
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        return Json.Write(new JsonObject { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = metadata });
    }

    private static async Task SendAsync(HttpContext context, string kind, byte[] body, CancellationToken end)
    {
        var response = context.Response.Body;
        await response.WriteAsync(Encoding.ASCII.GetBytes($"{{\"type\":\"{kind}\",\"object\":"), end);
        await response.WriteAsync(body, end);
        await response.WriteAsync("}"u8.ToArray(), end);
        await response.WriteAsync(Newline, end);
    }

    private static TimeSpan Duration(RequestOptions request) => request.TimeoutSeconds is { } seconds and > 0
        ? TimeSpan.FromSeconds(Math.Min(seconds, 1 << 20))
        : MinRequestTimeout * (1 + Random.Shared.NextDouble());
}
