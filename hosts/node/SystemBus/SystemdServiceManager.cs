using Handcarry.Actors.Node;

namespace Handcarry.Hosts.Node.SystemBus;

/// <summary>systemd, over the system bus. Each question has a connection of its own: they are rare, and so nothing is left over when the bus is restarted.</summary>
/// <param name="socket">Socket of the system bus (D-Bus specification, "Well-known Message Bus Instances").</param>
public sealed class SystemdServiceManager(string socket = "/run/dbus/system_bus_socket") : IServiceManager
{
    // What a row of ListUnitsByPatterns is made of (org.freedesktop.systemd1(5)): name, description, load, active and sub state, ...
    private const string UnitRow = "ssssssouso";

    /// <inheritdoc/>
    public ValueTask<JobResult> RestartAsync(string unit, CancellationToken cancellationToken) => JobAsync("RestartUnit", unit, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<JobResult> ReloadAsync(string unit, CancellationToken cancellationToken) => JobAsync("ReloadUnit", unit, cancellationToken);

    /// <summary>Starts a unit; returns when that is done or has failed.</summary>
    /// <exception cref="ServiceException">There is no such unit, or the service manager cannot be asked.</exception>
    public ValueTask<JobResult> StartAsync(string unit, CancellationToken cancellationToken) => JobAsync("StartUnit", unit, cancellationToken);

    /// <summary>Stops a unit; returns when that is done or has failed.</summary>
    /// <exception cref="ServiceException">There is no such unit, or the service manager cannot be asked.</exception>
    public ValueTask<JobResult> StopAsync(string unit, CancellationToken cancellationToken) => JobAsync("StopUnit", unit, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<UnitState?> StateAsync(string unit, CancellationToken cancellationToken) => await AskAsync(unit, async bus =>
    {
        // GetUnit and then its properties would be two questions; this one loads nothing either.
        var units = await bus.CallAsync(
            "ListUnitsByPatterns",
            call =>
            {
                call.AppendAll([]);
                call.AppendAll([Escape(unit)]);
            },
            ReadUnits);
        return units.Find(row => row.Name == unit).State;
    });

    /// <summary>Has systemd read the files of all units anew; returns when it has.</summary>
    /// <exception cref="ServiceException">The service manager cannot be asked, or refuses.</exception>
    public async ValueTask ReadUnitsAnewAsync(CancellationToken cancellationToken) =>
        await AskAsync("its units", bus => bus.CallAsync("Reload", static _ => { }, static _ => true).WaitAsync(cancellationToken));

    private async ValueTask<JobResult> JobAsync(string method, string unit, CancellationToken cancellationToken) => await AskAsync(unit, async bus =>
    {
        await bus.SubscribeAsync();
        var job = await bus.CallAsync(
            method,
            call =>
            {
                call.Append(unit);
                call.Append("replace");
            },
            reply => reply.ReadPath());
        // A job may have ended before the name of it was told: its signal waits in the channel.
        await foreach (var signal in bus.Signals.ReadAllAsync(cancellationToken))
        {
            if (signal is BusSignal.JobRemoved ended && ended.Job == job)
                return Enum.TryParse<JobResult>(ended.Result, ignoreCase: true, out var result) ? result : JobResult.Other;
        }
        throw new BusException(BusException.Disconnected, "The system bus was closed.");
    });

    private async ValueTask<T> AskAsync<T>(string unit, Func<SystemdBus, Task<T>> ask)
    {
        try
        {
            await using var bus = await SystemdBus.ConnectAsync(socket);
            return await ask(bus);
        }
        catch (BusException e)
        {
            throw e.Name switch
            {
                "org.freedesktop.systemd1.NoSuchUnit" => new ServiceException(ServiceException.NoSuchUnit, $"There is no unit {unit} on this node.", e),
                BusException.Disconnected => new ServiceException(ServiceException.NoServiceManager, $"systemd cannot be asked about {unit}. {e.Message}", e),
                _ => new ServiceException(ServiceException.Refused, $"systemd refuses what was asked about {unit}: {e.Message}", e),
            };
        }
    }

    private static List<(string Name, UnitState? State)> ReadUnits(BusMessage reply)
    {
        var units = new List<(string, UnitState?)>();
        reply.Enter('a', $"({UnitRow})");
        while (reply.Enter('r', UnitRow))
        {
            var name = reply.ReadText();
            _ = reply.ReadText();
            var load = reply.ReadText();
            var state = new UnitState(reply.ReadText(), reply.ReadText());
            _ = (reply.ReadText(), reply.ReadPath(), reply.ReadNumber(), reply.ReadText(), reply.ReadPath());
            reply.Exit();
            units.Add((name, load == "not-found" ? null : state));
        }
        return units;
    }

    /// <summary>A name is not a pattern (fnmatch(3)).</summary>
    private static string Escape(string unit) => string.Concat(unit.Select(c => c is '*' or '?' or '[' or '\\' ? $"\\{c}" : $"{c}"));
}
