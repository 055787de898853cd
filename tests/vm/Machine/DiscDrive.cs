using System.Text.Json.Nodes;

namespace Handcarry.Vm.Machine;

/// <summary>The machine's CD drive, which stays while discs come and go.</summary>
/// <param name="monitor">The machine.</param>
internal sealed class DiscDrive(MachineMonitor monitor) : IAsyncDisposable
{
    private string? _disc;
    private int _last;

    /// <summary>Puts a disc in.</summary>
    public async Task InsertAsync(string image, CancellationToken cancellationToken)
    {
        _disc = $"disc{++_last}";
        await monitor.AskAsync(
            "blockdev-add",
            new() { ["driver"] = "raw", ["node-name"] = _disc, ["read-only"] = true, ["file"] = new JsonObject { ["driver"] = "file", ["filename"] = image } },
            cancellationToken);
        await AskAsync("blockdev-open-tray", [], cancellationToken);
        await AskAsync("blockdev-insert-medium", new() { ["node-name"] = _disc }, cancellationToken);
        await AskAsync("blockdev-close-tray", [], cancellationToken);
    }

    /// <summary>Bytes that the disc that is in has given.</summary>
    public async Task<long> BytesServedAsync(CancellationToken cancellationToken)
    {
        var all = await monitor.AskAsync("query-blockstats", null, cancellationToken);
        return all!.AsArray().Where(one => (string?)one!["node-name"] == _disc).Sum(static one => (long)one!["stats"]!["rd_bytes"]!);
    }

    /// <summary>Opens the tray by force, as with a needle, and takes the disc.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await AskAsync("blockdev-open-tray", new() { ["force"] = true }, cancellationToken);
        await AskAsync("blockdev-remove-medium", [], cancellationToken);
        await AskAsync("blockdev-close-tray", [], cancellationToken);
        await monitor.AskAsync("blockdev-del", new() { ["node-name"] = _disc }, cancellationToken);
        _disc = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disc is not null)
            await TakeAsync(CancellationToken.None);
    }

    private Task<JsonNode?> AskAsync(string command, JsonObject arguments, CancellationToken cancellationToken)
    {
        arguments["id"] = VirtualMachine.Drive;
        return monitor.AskAsync(command, arguments, cancellationToken);
    }
}
