using System.Buffers.Binary;
using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>A gRPC server on a socket that answers just what a test wants: the faults that a real runtime does not have at will.</summary>
internal sealed class ScriptedRuntime : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly TestFolder _folder;

    private ScriptedRuntime(WebApplication server, TestFolder folder, ConcurrentQueue<string> asked) => (_server, _folder, Asked) = (server, folder, asked);

    public string Socket => _folder.At("s.sock");

    /// <summary>Methods that were asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; }

    /// <param name="answer">Gets the number of the question, from 1: a message, or an <see cref="RpcException"/>, or nothing for as long as the question stands.</param>
    public static async Task<ScriptedRuntime> StartAsync(Func<int, CancellationToken, Task<IMessage>> answer)
    {
        var (folder, asked) = (new TestFolder(), new ConcurrentQueue<string>());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(folder.At("s.sock"), static listen => listen.Protocols = HttpProtocols.Http2));
        var server = builder.Build();
        server.Run(async context =>
        {
            asked.Enqueue(context.Request.Path.Value!.Split('/')[^1]);
            context.Response.ContentType = "application/grpc";
            try
            {
                var message = (await answer(asked.Count, context.RequestAborted)).ToByteArray();
                // gRPC over HTTP/2, "Length-Prefixed-Message": not compressed, length, message.
                var prefix = new byte[5];
                BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), message.Length);
                await context.Response.Body.WriteAsync(prefix, context.RequestAborted);
                await context.Response.Body.WriteAsync(message, context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", "0");
            }
            catch (RpcException e)
            {
                context.Response.AppendTrailer("grpc-status", $"{(int)e.StatusCode}");
                context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(e.Status.Detail));
            }
            catch (OperationCanceledException)
            {
                context.Abort();
            }
        });
        await server.StartAsync();
        return new ScriptedRuntime(server, folder, asked);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
