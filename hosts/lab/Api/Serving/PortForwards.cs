using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Lab.Api.Serving;

/// <summary>
/// <c>pods/portforward</c> over websockets, as the API server and a kubelet do it together: k8s.io/kubernetes/pkg/registry/core/pod/strategy.go (where it leads),
/// k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go (channels). For each port two channels, data and error, each of which begins with the port in two bytes, the
/// least significant first. All pods are in this machine's network, as those of agents are in their nodes'.
/// </summary>
internal static class PortForwards
{
    private const string Protocol = "v4.channel.k8s.io";
    private const int Chunk = 16 << 10;
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    public static async Task ServeAsync(HttpContext context, JsonObject pod)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            throw ApiFailure.BadRequest("Upgrade request required");
        var name = pod.Text("metadata", "name");
        if (string.IsNullOrEmpty(pod.Text("spec", "nodeName")))
            throw ApiFailure.BadRequest($"pod {name} does not have a host assigned");
        var ports = Ports(context);
        if (!context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol))
        {
            // What golang.org/x/net/websocket answers when no protocol suits.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync(Protocol);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var turn = new SemaphoreSlim(1);
        var connections = new List<(TcpClient Pod, Task Dialled)>();
        try
        {
            var toClient = new List<Task>();
            for (var i = 0; i < ports.Length; i++)
            {
                var (data, error, port) = ((byte)(2 * i), (byte)((2 * i) + 1), new byte[2]);
                BinaryPrimitives.WriteUInt16LittleEndian(port, ports[i]);
                await SendAsync(socket, turn, data, port, over.Token);
                await SendAsync(socket, turn, error, port, over.Token);
                var connection = new TcpClient();
                var dialled = connection.ConnectAsync(IPAddress.Loopback, ports[i], over.Token).AsTask();
                connections.Add((connection, dialled));
                toClient.Add(CarryAsync(socket, turn, data, error, connection, dialled, ports[i], name!, over.Token));
            }
            var fromClient = TakeAsync(socket, connections, over.Token);
            await Task.WhenAny(fromClient, Task.WhenAll(toClient));
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, over.Token);
            // A connection that is closed while the client still sends is reset, and with it goes what the client has not read yet.
            over.CancelAfter(ClosePatience);
            await fromClient;
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException)
        {
            // One end went away.
        }
        finally
        {
            await over.CancelAsync();
            connections.ForEach(connection => connection.Pod.Dispose());
        }
    }

    private static ushort[] Ports(HttpContext context)
    {
        var texts = context.Request.Query["ports"].SelectMany(text => (text ?? "").Split(',')).ToArray();
        if (texts.Length == 0)
            throw ApiFailure.BadRequest("query parameter \"port\" is required");
        return [.. texts.Select(text => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? port
            : throw ApiFailure.BadRequest($"port \"{text}\" must be between 1 and 65535"))];
    }

    private static async Task CarryAsync(
        WebSocket socket, SemaphoreSlim turn, byte data, byte error, TcpClient connection, Task dialled, int port, string pod, CancellationToken cancellationToken)
    {
        try
        {
            await dialled;
        }
        catch (SocketException e)
        {
            var said = $"error forwarding port {port} to pod {pod}, uid : failed to execute portforward in network namespace \"host\": failed to connect to localhost:{port} inside namespace \"host\": {e.Message}";
            await SendAsync(socket, turn, error, Encoding.UTF8.GetBytes(said), cancellationToken);
            return;
        }
        var buffer = new byte[Chunk];
        try
        {
            for (int read; (read = await connection.GetStream().ReadAsync(buffer, cancellationToken)) > 0;)
                await SendAsync(socket, turn, data, buffer.AsMemory(0, read), cancellationToken);
        }
        catch (Exception e) when (e is IOException or WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The pod or the client went away.
        }
    }

    private static async Task TakeAsync(WebSocket socket, List<(TcpClient Pod, Task Dialled)> connections, CancellationToken cancellationToken)
    {
        var buffer = new byte[Chunk];
        var (channel, within) = (-1, false);
        while (true)
        {
            ValueWebSocketReceiveResult received;
            try
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                return;
            }
            if (received.MessageType == WebSocketMessageType.Close)
                return;
            var part = buffer.AsMemory(0, received.Count);
            if (!within)
            {
                (channel, part) = part.IsEmpty ? (-1, part) : (part.Span[0], part[1..]);
            }
            within = !received.EndOfMessage;
            // What is sent on a channel of errors, or on one that there is not, goes nowhere.
            if (channel < 0 || channel % 2 != 0 || channel / 2 >= connections.Count || part.IsEmpty)
                continue;
            await ForwardAsync(connections[channel / 2], part, cancellationToken);
        }
    }

    private static async Task ForwardAsync((TcpClient Pod, Task Dialled) connection, ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        try
        {
            await connection.Dialled;
            await connection.Pod.GetStream().WriteAsync(part, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The pod has hung up; the client is told by the end of what comes from it.
        }
    }

    private static async Task SendAsync(WebSocket socket, SemaphoreSlim turn, byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var message = new byte[data.Length + 1];
        message[0] = channel;
        data.CopyTo(message.AsMemory(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }
}
