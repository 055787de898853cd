using System.Globalization;
using System.Text.Json.Nodes;

namespace Handcarry.Vm.Machine;

/// <summary>A USB stick in the machine. It can be written to, as most can.</summary>
internal sealed class UsbStick : IAsyncDisposable
{
    private static int _last;

    private readonly MachineMonitor _monitor;
    private readonly string _name;
    private readonly ThrottleGroup _limit;
    private bool _there = true;

    private UsbStick(MachineMonitor monitor, string name, ThrottleGroup limit) => (_monitor, _name, _limit) = (monitor, name, limit);

    /// <summary>The link to its node that udev makes.</summary>
    public string Link => $"/dev/disk/by-id/usb-QEMU_QEMU_HARDDISK_{_name}-0:0";

    /// <summary>Plugs it in.</summary>
    /// <param name="monitor">The machine.</param>
    /// <param name="image">What is on it.</param>
    /// <param name="speed">Bytes per second that it gives; 0 for as many as it can.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<UsbStick> PlugAsync(MachineMonitor monitor, string image, long speed, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"stick{Interlocked.Increment(ref _last)}");
        var stick = new UsbStick(monitor, name, await ThrottleGroup.AddAsync(monitor, name, speed, cancellationToken));
        await monitor.AskAsync(
            "blockdev-add",
            new()
            {
                ["driver"] = "throttle",
                ["node-name"] = stick._name,
                ["throttle-group"] = stick._limit.Id,
                ["file"] = new JsonObject { ["driver"] = "raw", ["file"] = new JsonObject { ["driver"] = "file", ["filename"] = image } },
            },
            cancellationToken);
        await monitor.AskAsync(
            "device_add",
            new() { ["driver"] = "usb-storage", ["id"] = stick._name, ["drive"] = stick._name, ["bus"] = "usb.0", ["removable"] = true, ["serial"] = stick._name },
            cancellationToken);
        return stick;
    }

    /// <summary>Bytes that it has given since it was plugged in.</summary>
    public async Task<long> BytesServedAsync(CancellationToken cancellationToken)
    {
        var all = await _monitor.AskAsync("query-blockstats", null, cancellationToken);
        return all!.AsArray().Where(one => (string?)one!["node-name"] == _name).Sum(static one => (long)one!["stats"]!["rd_bytes"]!);
    }

    /// <summary>Pulls it out, whatever it is just doing.</summary>
    public async Task PullAsync(CancellationToken cancellationToken)
    {
        _there = false;
        var from = _monitor.Events.Count;
        await _monitor.AskAsync("device_del", new() { ["id"] = _name }, cancellationToken);
        await _monitor.Events.FirstAsync(from, e => e.Name == "DEVICE_DELETED" && (string?)e.Data["device"] == _name, cancellationToken);
        await _limit.LiftAsync(cancellationToken);
        await _monitor.AskAsync("blockdev-del", new() { ["node-name"] = _name }, cancellationToken);
        await _limit.RemoveAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_there)
            await PullAsync(CancellationToken.None);
    }
}
