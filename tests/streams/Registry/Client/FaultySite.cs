using System.Collections.Concurrent;
using Handcarry.Registries;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Tests.Content;
using Handcarry.Streams.Tests.Replication;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Streams.Tests.Registry.Client;

/// <summary>A blob, and registries that answer for it as a test wants. Time jumps; silence never ends by itself.</summary>
internal sealed class FaultySite : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<RegistryClient> _clients = [];

    public FaultySite(int size = 100_000)
    {
        Bytes = Blobs.Bytes(size);
        Blob = new Descriptor(MediaTypes.OciLayer, Digest.Of(Bytes), size);
        Target = new CollectingTarget(Blob);
    }

    public byte[] Bytes { get; }

    public Descriptor Blob { get; }

    public CollectingTarget Target { get; }

    public JumpingTime Time { get; } = new();

    public ConcurrentQueue<RegistryNotice> Notices { get; } = [];

    public async Task<ScriptedRegistry> ServeAsync(RequestDelegate answer, RegistryAuthority? authority = null)
    {
        var server = await ScriptedRegistry.StartAsync(answer, authority);
        _servers.Add(server);
        return server;
    }

    /// <summary>A registry that gives the first answer to the first request, and so on; the last one for ever.</summary>
    public Task<ScriptedRegistry> ServeAsync(params RequestDelegate[] answers)
    {
        var count = -1;
        return ServeAsync(context => answers[Math.Min(Interlocked.Increment(ref count), answers.Length - 1)](context));
    }

    /// <summary>All of the blob, or what is asked for of it.</summary>
    public async Task WholeAsync(HttpContext context)
    {
        var from = From(context);
        if (from > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{Bytes.Length - 1}/{Bytes.Length}";
        }

        context.Response.ContentLength = Bytes.Length - from;
        await context.Response.Body.WriteAsync(Bytes.AsMemory(from));
    }

    /// <summary>The blob up to there, as if it went on; then the connection is broken, when the target has 1 MiB of it.</summary>
    public async Task BrokenAsync(HttpContext context, int end)
    {
        await BeginAsync(context, end);
        await Until.TrueAsync(() => Target.Position >= 1 << 20, "the target has what was sent");
        context.Abort();
    }

    /// <summary>The blob up to there, as if it went on.</summary>
    public async Task BeginAsync(HttpContext context, int end)
    {
        context.Response.ContentLength = Bytes.Length;
        await context.Response.Body.WriteAsync(Bytes.AsMemory(0, end));
        await context.Response.Body.FlushAsync();
    }

    public static RequestDelegate Status(int status, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return Task.CompletedTask;
    };

    public static int From(HttpContext context) =>
        (string?)context.Request.Headers.Range is { } range ? int.Parse(range["bytes=".Length..^1]) : 0;

    public RegistryClient Client(RegistryClientOptions options) =>
        Keep(new RegistryClient(options with { SilenceTimeout = JumpingTime.Long }, Time, Notices.Enqueue));

    /// <summary>For registries that speak plain HTTP.</summary>
    public RegistryClient Client(params ScriptedRegistry[] insecure) =>
        Client(new RegistryClientOptions { InsecureRegistries = [.. insecure.Select(static registry => registry.Authority)] });

    public Task FetchAsync(RegistryClient client, string repository) =>
        client.FetchBlobAsync(ImageReference.Parse(repository), Blob, Target, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    private RegistryClient Keep(RegistryClient client)
    {
        _clients.Add(client);
        return client;
    }
}
