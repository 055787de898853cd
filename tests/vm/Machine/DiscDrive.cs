using System.Globalization;
using System.Text.Json.Nodes;

namespace Handcarry.Vm.Machine;

/// <summary>The machine's CD drive, which stays while discs come and go.</summary>
/// <param name="monitor">The machine.</param>
internal sealed class DiscDrive(MachineMonitor monitor) : IAsyncDisposable
{
    private static int _last;

    private string? _disc;
    private ThrottleGroup? _limit;
    private long _before;

    /// <summary>Puts a disc in.</summary>
    /// <param name="image">What is on it.</param>
    /// <param name="speed">Bytes per second that it gives; 0 for as many as it can.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task InsertAsync(string image, long speed, CancellationToken cancellationToken)
    {
        _disc = string.Create(CultureInfo.InvariantCulture, $"disc{Interlocked.Increment(ref _last)}");
        _limit = await ThrottleGroup.AddAsync(monitor, _disc, speed, cancellationToken);
        await monitor.AskAsync(
            "blockdev-add",
            new()
            {
                ["driver"] = "throttle",
                ["node-name"] = _disc,
                ["throttle-group"] = _limit.Id,
                ["read-only"] = true,
                ["file"] = new JsonObject { ["driver"] = "raw", ["read-only"] = true, ["file"] = new JsonObject { ["driver"] = "file", ["filename"] = image } },
            },
            cancellationToken);
        await AskAsync("blockdev-open-tray", [], cancellationToken);
        await AskAsync("blockdev-insert-medium", new() { ["node-name"] = _disc }, cancellationToken);
        _before = await BytesOfDriveAsync(cancellationToken);
        await AskAsync("blockdev-close-tray", [], cancellationToken);
    }

    /// <summary>Bytes that the disc that is in has given.</summary>
    public async Task<long> BytesServedAsync(CancellationToken cancellationToken) => await BytesOfDriveAsync(cancellationToken) - _before;

    /// <summary>Opens the tray by force, as with a needle, and takes the disc.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await AskAsync("blockdev-open-tray", new() { ["force"] = true }, cancellationToken);
        await AskAsync("blockdev-remove-medium", [], cancellationToken);
        await AskAsync("blockdev-close-tray", [], cancellationToken);
        await _limit!.LiftAsync(cancellationToken);
        await monitor.AskAsync("blockdev-del", new() { ["node-name"] = _disc }, cancellationToken);
        await _limit.RemoveAsync(cancellationToken);
        _disc = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disc is not null)
            await TakeAsync(CancellationToken.None);
    }

    // QEMU counts by drive, whichever disc was in it.
    private async Task<long> BytesOfDriveAsync(CancellationToken cancellationToken)
    {
        var all = await monitor.AskAsync("query-blockstats", null, cancellationToken);
        return all!.AsArray().Where(one => (string?)one!["node-name"] == _disc).Sum(static one => (long)one!["stats"]!["rd_bytes"]!);
    }

    private Task<JsonNode?> AskAsync(string command, JsonObject arguments, CancellationToken cancellationToken)
    {
        arguments["id"] = VirtualMachine.Drive;
        return monitor.AskAsync(command, arguments, cancellationToken);
    }
}
