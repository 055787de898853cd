using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Storage;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>Arms and disarms a host: its files, then its services.</summary>
/// <param name="root">The folder at which this process sees the host's root.</param>
/// <param name="state">The agent's folder for the journal, as this process sees it.</param>
/// <param name="services">The service manager of that host; null where there is none to be asked, then services stay owed.</param>
/// <param name="readUnits">Has it read the files of all units anew.</param>
/// <param name="permission">Asked before each restart.</param>
public sealed class NodeArming(string root, string state, IServiceManager? services, Func<CancellationToken, ValueTask>? readUnits, IRestartPermission permission)
{
    /// <summary>Arms the host. When the runtime does not come up with the changes they are taken back, and it is restarted without them.</summary>
    /// <exception cref="ArmingException">The plan has refusals, another process is at it, a file could not be changed, or a service failed.</exception>
    public async ValueTask<ArmingOutcome> ArmAsync(ArmingPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Refusals.Count > 0)
            throw new ArmingException(plan.Refusals[0].Reason, string.Join('\n', plan.Refusals.Select(refusal => refusal.Sentence)));
        using var only = ArmingLock.Take(state);
        StayDisarmed(false);
        var changes = new HostChanges(root, state);
        var done = changes.Make(plan.Changes, plan.Services, plan.Untouched);
        try
        {
            var waiting = await TellAsync(changes, cancellationToken);
            return new([.. done.Made.Select(change => change.Path)], done.Left, changes.Owed, waiting);
        }
        catch (ArmingException e) when (e.Reason == ArmingReasons.ServiceFailed)
        {
            changes.Undo();
            try
            {
                await TellAsync(changes, cancellationToken);
            }
            catch (ArmingException again)
            {
                throw new ArmingException(e.Reason, $"{e.Message} What was changed is taken back, and still: {again.Message}", again);
            }
            throw new ArmingException(e.Reason, $"{e.Message} What was changed is taken back.", e);
        }
    }

    /// <summary>Whether a person is disarming this host, or wants it to stay disarmed; see <see cref="StayDisarmed"/>.</summary>
    internal static bool IsToStayDisarmed(string state) => File.Exists(MarkOf(state));

    private string Mark => MarkOf(state);

    private static string MarkOf(string state) => Path.Combine(Path.GetDirectoryName(state)!, "disarmed");

    /// <summary>Notes that a person wants this host to be disarmed, so that the agent does not arm it again by itself; arming takes the note back.</summary>
    /// <returns>Whether it was noted before.</returns>
    /// <exception cref="ArmingException">It cannot be written.</exception>
    public bool StayDisarmed(bool stay)
    {
        var was = IsToStayDisarmed(state);
        HostChanges.AtHost(Mark, () =>
        {
            if (stay && Directory.Exists(Path.GetDirectoryName(Mark)))
                Durable.WriteFile(Mark, "");
            else if (!stay)
                File.Delete(Mark);
        });
        return was;
    }

    /// <summary>The paths that arming would change.</summary>
    public IReadOnlyList<HostChange> Missing(ArmingPlan plan) => new HostChanges(root, state).Missing(plan.Changes);

    /// <summary>Puts the host back as it was.</summary>
    /// <exception cref="ArmingException">Another process is at it, a sealed store is mounted, a file could not be changed, or a service failed.</exception>
    public async ValueTask<ArmingOutcome> DisarmAsync(string store, CancellationToken cancellationToken)
    {
        using var only = ArmingLock.Take(state);
        // What was at the path before the agent published a sealed store comes back when that is withdrawn.
        foreach (var path in (string[])[store, SecondStore.Of(store)])
        {
            if (new FileInfo(Path.Combine(HostPath.Below(root, Path.GetDirectoryName(path)!), Path.GetFileName(path))).LinkTarget is { } target)
                throw new ArmingException(ArmingReasons.StoreMounted, $"{path} leads to the sealed store {target}: give handcarry disarm --withdraw-stores when nothing needs its images any more.");
        }
        // The agent keeps what it pins beside what arming has changed.
        var pins = new HostChanges(root, Path.Combine(Path.GetDirectoryName(state)!, "pins"));
        var changes = new HostChanges(root, state);
        LeftAsItIs[] left = [.. pins.Undo(), .. changes.Undo()];
        var waiting = await TellAsync(pins, cancellationToken) ?? await TellAsync(changes, cancellationToken);
        return new([], left, [.. pins.Owed.Union(changes.Owed)], waiting);
    }

    private async ValueTask<string?> TellAsync(HostChanges changes, CancellationToken cancellationToken)
    {
        foreach (var action in changes.Owed.ToList())
        {
            if (services is null)
                return "The services of this host cannot be told from here.";
            await using var permit = action.Kind == ServiceActionKind.Restart ? await permission.AskAsync(action.Unit, cancellationToken) : new RestartPermit(null);
            if (permit.Refusal is { } refusal)
                return refusal;
            await RunAsync(services, action, cancellationToken);
            changes.Paid(action);
        }
        return null;
    }

    private async ValueTask RunAsync(IServiceManager manager, ServiceAction action, CancellationToken cancellationToken)
    {
        try
        {
            var result = JobResult.Done;
            if (action.Kind == ServiceActionKind.Restart)
                result = await manager.RestartAsync(action.Unit, cancellationToken);
            else if (action.Kind == ServiceActionKind.Reload)
                result = await manager.ReloadAsync(action.Unit, cancellationToken);
            else if (readUnits is not null)
                await readUnits(cancellationToken);
            if (result != JobResult.Done)
                throw new ArmingException(ArmingReasons.ServiceFailed, $"{action.Unit} did not come back ({result}): look at journalctl -u {action.Unit}.");
        }
        catch (ServiceException e)
        {
            throw new ArmingException(ArmingReasons.ServiceFailed, $"The services of this node could not be told: {e.Message}", e);
        }
    }
}
