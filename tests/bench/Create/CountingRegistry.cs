using System.Collections.Concurrent;
using System.Net;
using Handcarry.Registries;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Bench.Create;

/// <summary>Stands before a registry and counts the bytes of manifests and blobs that it sends. It costs time: for runs that are not timed.</summary>
internal sealed class CountingRegistry : IAsyncDisposable
{
    private readonly HttpClient _http;
    private ScriptedRegistry _server = null!;

    private CountingRegistry(Uri registry) => _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = registry };

    /// <summary>Host and port.</summary>
    public string Authority => _server.Authority;

    /// <summary>Bytes sent for each digest.</summary>
    public ConcurrentDictionary<string, long> Sent { get; } = [];

    public static async Task<CountingRegistry> StartAsync(Uri registry)
    {
        var counting = new CountingRegistry(registry);
        counting._server = await ScriptedRegistry.StartAsync(counting.AnswerAsync);
        return counting;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path);
        foreach (var name in (string[])["Accept", "Range"])
            request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)context.Request.Headers[name]);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = response.Content.Headers.ContentLength;
        if (response.Content.Headers.ContentRange is { } range)
            context.Response.Headers.ContentRange = range.ToString();
        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var isCounted = response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent;
        var digest = context.Request.Path.Value!.Split('/')[^1];
        var buffer = new byte[1 << 17];
        while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            if (isCounted)
                Sent.AddOrUpdate(digest, read, (_, sent) => sent + read);
        }
    }
}
