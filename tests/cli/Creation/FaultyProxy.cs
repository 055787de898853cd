using System.Collections.Concurrent;
using System.Net;
using Handcarry.Registries;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Cli.Tests.Creation;

/// <summary>Stands before a real registry, counts what it gives, and breaks it as a test wants.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly RegistryProcess _registry;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private FaultyProxy(RegistryProcess registry) => _registry = registry;

    /// <summary>Bytes given away, by the digest of the blob.</summary>
    public ConcurrentDictionary<string, long> Given { get; } = [];

    public long BytesGiven => Given.Values.Sum();

    /// <summary>Asked before each piece of a blob: the request, and how many bytes of all blobs were given so far. False breaks the connection.</summary>
    public Func<HttpContext, long, bool> Goes { get; set; } = static (_, _) => true;

    /// <summary>Asked before each request; true when it has answered itself.</summary>
    public Func<HttpContext, bool> Answers { get; set; } = static _ => false;

    /// <summary>Changes a piece of a blob, given its digest.</summary>
    public Action<string, Memory<byte>> Spoils { get; set; } = static (_, _) => { };

    public required ScriptedRegistry Front { get; init; }

    public static async Task<FaultyProxy> StartAsync(RegistryProcess registry)
    {
        FaultyProxy? proxy = null;
        var front = await ScriptedRegistry.StartAsync(context => proxy!.AnswerAsync(context));
        return proxy = new FaultyProxy(registry) { Front = front };
    }

    public async ValueTask DisposeAsync()
    {
        await Front.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (Answers(context))
            return;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_registry.Endpoint, context.Request.Path));
        foreach (var name in (string[])["Accept", "Range", "Authorization"])
        {
            if (context.Request.Headers.TryGetValue(name, out var value))
                request.Headers.TryAddWithoutValidation(name, value.ToArray());
        }
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (name is "Content-Type" or "Content-Length" or "Content-Range" or "Docker-Content-Digest" or "WWW-Authenticate")
                context.Response.Headers[name] = values.ToArray();
        }
        await CopyAsync(context, await response.Content.ReadAsStreamAsync(), response.StatusCode);
    }

    private async Task CopyAsync(HttpContext context, Stream body, HttpStatusCode status)
    {
        var isBlob = context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) && (int)status < 300;
        var digest = context.Request.Path.Value[(context.Request.Path.Value.LastIndexOf('/') + 1)..];
        var buffer = new byte[16 << 10];
        for (int read; (read = await body.ReadAsync(buffer)) > 0;)
        {
            if (isBlob && !Goes(context, BytesGiven))
            {
                context.Abort();
                return;
            }
            if (isBlob)
                Spoils(digest, buffer.AsMemory(0, read));
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read));
            if (isBlob)
                Given.AddOrUpdate(digest, read, (_, before) => before + read);
        }
    }
}
