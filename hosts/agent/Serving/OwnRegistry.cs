using System.Net;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent.Serving;

/// <summary>
/// The registry for this node's container tools. When its port is taken the agent starts all the same, as everything else it does needs no such registry, and
/// tries again every five seconds; until then, and whenever the registry does not answer, it can say why.
/// </summary>
internal sealed partial class OwnRegistry : IAsyncDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly int? _port;
    private readonly Func<int, CancellationToken, Task<LoopbackServer>> _open;
    private readonly TimeProvider _time;
    private readonly ILogger<OwnRegistry> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly RegistryProbe _probe = new();
    private Task _opening = Task.CompletedTask;
    private LoopbackServer? _server;

    private OwnRegistry(int? port, Func<int, CancellationToken, Task<LoopbackServer>> open, TimeProvider time, ILogger<OwnRegistry> log) =>
        (_port, _open, _time, _log) = (port, open, time, log);

    /// <summary>Opens it.</summary>
    /// <param name="port">The port on 127.0.0.1; 0 takes any free one, null opens none.</param>
    /// <param name="open">Opens it on a port, or throws <see cref="IOException"/> when that is taken.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="log">Is told when the port is taken, and when it is free again.</param>
    public static async Task<OwnRegistry> StartAsync(int? port, Func<int, CancellationToken, Task<LoopbackServer>> open, TimeProvider time, ILogger<OwnRegistry> log)
    {
        var registry = new OwnRegistry(port, open, time, log);
        if (port is { } wanted && !await registry.TryOpenAsync(wanted))
            registry._opening = registry.OpenLaterAsync(wanted);
        return registry;
    }

    /// <summary>Asks it for the manifest of each image as the node's container tools would; in a sentence, why they would not get one, or null.</summary>
    public async ValueTask<string?> WhyNotAsync(IReadOnlyList<ImageName> images, CancellationToken cancellationToken)
    {
        if (_port is not { } port)
            return "Its agent serves images to nobody, as data.loopbackPort is off: set it to the port that the node is armed with, and start the agent anew.";
        var server = Volatile.Read(ref _server);
        if (await _probe.AskAsync(server?.Endpoint ?? new UriBuilder(Uri.UriSchemeHttp, $"{IPAddress.Loopback}", port).Uri, images, cancellationToken) is not { } wrong)
            return null;
        return server is null
            ? $"Its agent cannot listen on {IPAddress.Loopback}:{port}, as another program does: `ss -ltnp` on the node names it. End that one, and the agent takes the port by itself; or give the agent another data.loopbackPort, and arm the node with it."
            : $"{wrong} Look at the agent's log, and at what else listens on 127.0.0.1 (`ss -ltnp`).";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _opening;
        if (_server is not null)
            await _server.DisposeAsync();
        _probe.Dispose();
        _stop.Dispose();
    }

    private async Task<bool> TryOpenAsync(int port)
    {
        try
        {
            Volatile.Write(ref _server, await _open(port, _stop.Token));
            return true;
        }
        catch (IOException taken)
        {
            Taken(_log, taken.Message);
            return false;
        }
    }

    private async Task OpenLaterAsync(int port)
    {
        try
        {
            do
                await Task.Delay(Again, _time, _stop.Token);
            while (!await TryOpenAsync(port));
            Opened(_log, port);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the agent.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The registry for this node's container tools cannot be opened; it is tried again. {Why}")]
    private static partial void Taken(ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The registry for this node's container tools listens on port {Port} now")]
    private static partial void Opened(ILogger log, int port);
}
