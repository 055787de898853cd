using System.Text;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Site;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Agent.Web.Page;

/// <summary>
/// The page: <c>/</c>, its two files, and <c>/api/live</c>, a stream of server-sent events. Whatever host name the browser used is served: nothing here depends on it,
/// nothing can be changed, and who reaches the port may read (docs/page.md).
/// </summary>
internal static class PageRoutes
{
    private static readonly string[] Readable = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>A watcher hears something at least this often; the page takes three times this without anything for the end of the agent.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>Maps them. What happens is noticed from now on, until <paramref name="app"/> is stopped; <paramref name="facts"/> are what the node remembers from before.</summary>
    public static void Map(WebApplication app, string agent, SiteBoard site, IEnumerable<SiteFact> facts, TimeProvider time)
    {
        var events = new SeenEvents(time);
        events.Remember(facts);
        var feed = new LiveFeed(agent, site, events, time);
        _ = events.WatchAsync(site, app.Lifetime.ApplicationStopping);
        app.MapMethods("/", Readable, context => ShowAsync(context, agent, feed));
        app.MapGet("/api/live", context => WatchAsync(context, feed, time, app.Lifetime.ApplicationStopping));
        foreach (var file in (PageFile[])[PageFile.Style, PageFile.Script])
            app.MapMethods(file.Path, Readable, context => GiveAsync(context, file));
    }

    private static async Task ShowAsync(HttpContext context, string agent, LiveFeed feed)
    {
        var document = Encoding.UTF8.GetBytes(PageDocument.Of(agent, await feed.ReadAsync(context.RequestAborted)));
        Protect(context.Response.Headers);
        context.Response.Headers.CacheControl = "no-store";
        await AnswerAsync(context, "text/html; charset=utf-8", document);
    }

    private static Task GiveAsync(HttpContext context, PageFile file)
    {
        Protect(context.Response.Headers);
        context.Response.Headers.ETag = $"\"{file.Hash}\"";
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(file.Hash, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        return AnswerAsync(context, file.ContentType, file.Content);
    }

    // Each part that has changed since this watcher got it is an event of its own, named by the element that it fills. There is nothing to resume: who comes again is
    // sent every part.
    private static async Task WatchAsync(HttpContext context, LiveFeed feed, TimeProvider time, CancellationToken stopping)
    {
        Protect(context.Response.Headers);
        context.Response.Headers.CacheControl = "no-store";
        if (!feed.TryJoin())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            await AnswerAsync(context, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes($"{LiveFeed.MaxWatchers} already watch this agent; open the page of another node.\n"));
            return;
        }
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"retry: 2000\nevent: build\ndata: {PageDocument.Build}\n\n", ends.Token);
            var sent = new Dictionary<string, string>(StringComparer.Ordinal);
            while (true)
            {
                var (parts, changed) = feed.Newest;
                foreach (var (id, markup) in parts)
                {
                    if (sent.TryGetValue(id, out var known) && known == markup)
                        continue;
                    await context.Response.WriteAsync($"event: {id}\ndata: {markup}\n\n", ends.Token);
                    sent[id] = markup;
                }
                await context.Response.Body.FlushAsync(ends.Token);
                await WaitAsync(context, changed, time, ends.Token);
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The watcher has gone, or the agent ends.
        }
        finally
        {
            feed.Leave();
        }
    }

    private static async Task WaitAsync(HttpContext context, Task changed, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await changed.WaitAsync(Beat, time, cancellationToken);
                return;
            }
            catch (TimeoutException)
            {
                await context.Response.WriteAsync("event: beat\ndata:\n\n", cancellationToken);
                await context.Response.Body.FlushAsync(cancellationToken);
            }
        }
    }

    private static void Protect(IHeaderDictionary headers)
    {
        // The icon is an empty data: address, which keeps browsers from asking for /favicon.ico.
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    private static async Task AnswerAsync(HttpContext context, string contentType, byte[] content)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }
}
