using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Handcarry.Vm.Machine;

/// <summary>QEMU's machine protocol (docs/interop/qmp-spec): JSON objects, one a line, over a socket.</summary>
internal sealed class MachineMonitor : IDisposable
{
    private readonly Socket _socket;
    private readonly StreamReader _reader;
    private readonly StreamWriter _writer;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _asked = new();
    private int _last;

    private MachineMonitor(Socket socket)
    {
        _socket = socket;
        var stream = new NetworkStream(socket);
        _reader = new StreamReader(stream, Encoding.UTF8);
        _writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
    }

    public Happenings<MachineEvent> Events { get; } = new();

    public static async Task<MachineMonitor> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            var monitor = new MachineMonitor(socket);
            await monitor._reader.ReadLineAsync(cancellationToken); // the greeting
            _ = monitor.ReadAsync();
            await monitor.AskAsync("qmp_capabilities", null, cancellationToken);
            return monitor;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Runs one command and returns its answer.</summary>
    /// <exception cref="MachineException">QEMU refused it, or is gone.</exception>
    public async Task<JsonNode?> AskAsync(string command, JsonObject? arguments, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _asked[id] = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        var question = new JsonObject { ["execute"] = command, ["id"] = id };
        if (arguments is not null)
            question["arguments"] = arguments;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _writer.WriteLineAsync(question.ToJsonString().AsMemory(), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        var said = await answer.Task.WaitAsync(cancellationToken);
        return said["error"] is { } error
            ? throw new MachineException($"QEMU refused {command}: {(string?)error["desc"]}")
            : said["return"];
    }

    public void Dispose()
    {
        _socket.Dispose();
        _turn.Dispose();
    }

    private async Task ReadAsync()
    {
        Exception cause;
        try
        {
            while (await _reader.ReadLineAsync() is { } line)
                Take(JsonNode.Parse(line)!.AsObject());
            cause = new MachineException("QEMU has ended.");
        }
        catch (Exception e)
        {
            cause = e;
        }

        Events.End(cause);
        foreach (var answer in _asked.Values)
            answer.TrySetException(cause);
    }

    private void Take(JsonObject said)
    {
        if ((string?)said["event"] is { } name)
            Events.Add(new MachineEvent(name, said["data"]?.AsObject() ?? []));
        else if ((int?)said["id"] is { } id && _asked.TryRemove(id, out var answer))
            answer.TrySetResult(said);
    }
}
