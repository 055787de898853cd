using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handcarry.Registries;

/// <summary>A server on a free port of the loopback interface that answers just what the test wants: a registry with faults, or whatever stands behind one.</summary>
public sealed class ScriptedRegistry : IAsyncDisposable
{
    private readonly WebApplication _server;

    private ScriptedRegistry(WebApplication server, ConcurrentQueue<SeenRequest> seen)
    {
        (_server, Seen) = (server, seen);
        Endpoint = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Endpoint { get; }

    /// <summary>Host and port, as references have them.</summary>
    public string Authority => Endpoint.Authority;

    /// <summary>All requests so far, in order.</summary>
    public ConcurrentQueue<SeenRequest> Seen { get; }

    /// <param name="answer">Answers one request; <see cref="HttpContext.Abort"/> breaks the connection.</param>
    /// <param name="authority">Speaks TLS with a certificate of this authority; plain HTTP when null.</param>
    /// <param name="port">0 takes a free one.</param>
    public static async Task<ScriptedRegistry> StartAsync(RequestDelegate answer, RegistryAuthority? authority = null, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            // Of a stalled answer nobody takes a byte for as long as the test wants.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.AllowSynchronousIO = false;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                if (authority is not null)
                    listen.UseHttps(authority.Issue());
            });
        });
        if (authority is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        var server = builder.Build();
        var seen = new ConcurrentQueue<SeenRequest>();
        server.Run(context =>
        {
            var request = context.Request;
            seen.Enqueue(new SeenRequest(request.Method, request.Path, request.Headers.Authorization, request.Headers.Range, request.Scheme));
            return answer(context);
        });
        await server.StartAsync();
        return new ScriptedRegistry(server, seen);
    }

    public async ValueTask DisposeAsync()
    {
        // What is stalled ends with the server.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
    }
}
