using System.Text.Json.Nodes;

namespace Handcarry.Vm.Machine;

/// <summary>How fast a medium gives its bytes (QEMU, docs/throttle.txt).</summary>
internal sealed class ThrottleGroup
{
    private readonly MachineMonitor _monitor;

    private ThrottleGroup(MachineMonitor monitor, string id) => (_monitor, Id) = (monitor, id);

    public string Id { get; }

    /// <summary>Makes one for a medium.</summary>
    /// <param name="monitor">The machine.</param>
    /// <param name="medium">Its name.</param>
    /// <param name="speed">Bytes per second; 0 for no limit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ThrottleGroup> AddAsync(MachineMonitor monitor, string medium, long speed, CancellationToken cancellationToken)
    {
        var group = new ThrottleGroup(monitor, medium + "-limit");
        await monitor.AskAsync("object-add", new() { ["qom-type"] = "throttle-group", ["id"] = group.Id, ["limits"] = new JsonObject { ["bps-total"] = speed } }, cancellationToken);
        return group;
    }

    /// <summary>Lets everything through: the last bytes of a medium that is gone wait to be given to nobody.</summary>
    public async Task LiftAsync(CancellationToken cancellationToken) =>
        await _monitor.AskAsync("qom-set", new() { ["path"] = $"/objects/{Id}", ["property"] = "limits", ["value"] = new JsonObject { ["bps-total"] = 0 } }, cancellationToken);

    /// <summary>Removes it, when the medium is gone.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken) => await _monitor.AskAsync("object-del", new() { ["id"] = Id }, cancellationToken);
}
