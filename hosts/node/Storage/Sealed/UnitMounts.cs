using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.SystemBus;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// By a systemd mount unit for each store, ordered before CRI-O: what was mounted is mounted again at the next start of the host, with or without the agent. A kill in
/// between leaves a unit that is not started, or a file that systemd has not read yet; the next call goes on from there.
/// </summary>
/// <param name="root">The folder at which this process sees the host's root.</param>
/// <param name="systemd">The service manager of that host.</param>
internal sealed class UnitMounts(string root, SystemdServiceManager systemd) : IStoreMounts
{
    private const string Units = "/etc/systemd/system", Wants = $"{Units}/crio.service.wants";

    public async ValueTask MountAsync(string file, string folder, CancellationToken cancellationToken)
    {
        var unit = ArmingFiles.MountUnitName(folder);
        try
        {
            Directory.CreateDirectory(At(folder));
            var (path, text) = ($"{At(Units)}/{unit}", ArmingFiles.MountUnit(file, folder));
            var isActive = await systemd.StateAsync(unit, cancellationToken) is { Active: "active" };
            var isWritten = File.Exists(path) && await File.ReadAllTextAsync(path, cancellationToken) == text;
            if (!isWritten)
                Durable.WriteFile(path, text);
            Link(unit);
            if (isActive && isWritten && LoopDevices.IsMounted(file, At(folder)))
                return;
            await systemd.ReadUnitsAnewAsync(cancellationToken);
            if (isActive)
                await systemd.StopAsync(unit, cancellationToken);
            var result = await systemd.StartAsync(unit, cancellationToken);
            if (result != JobResult.Done || await systemd.StateAsync(unit, cancellationToken) is not { Active: "active" })
                throw new LoadException(Reasons.StoreNotMounted, $"The sealed store {file} could not be mounted at {folder} ({result}): look at journalctl -u '{unit}' on this node.");
        }
        catch (Exception e) when (e is ServiceException or IOException or UnauthorizedAccessException)
        {
            throw Failure($"The sealed store {file} could not be mounted at {folder}", e);
        }
    }

    public async ValueTask UnmountAsync(string folder, CancellationToken cancellationToken)
    {
        var unit = ArmingFiles.MountUnitName(folder);
        try
        {
            // systemd makes a unit out of whatever is mounted, also when ours is gone.
            if (await systemd.StateAsync(unit, cancellationToken) is { Active: not "inactive" } && await systemd.StopAsync(unit, cancellationToken) is not JobResult.Done and var result)
                throw new LoadException(Reasons.StoreNotMounted, $"The sealed store at {folder} could not be unmounted ({result}): look at journalctl -u '{unit}' on this node.");
            if (FileStatus.Of($"{At(Wants)}/{unit}") is null && !File.Exists($"{At(Units)}/{unit}"))
                return;
            File.Delete($"{At(Wants)}/{unit}");
            File.Delete($"{At(Units)}/{unit}");
            Durable.SyncFolder(At(Units));
            await systemd.ReadUnitsAnewAsync(cancellationToken);
        }
        catch (Exception e) when (e is ServiceException or IOException or UnauthorizedAccessException)
        {
            throw Failure($"The sealed store at {folder} could not be unmounted", e);
        }
    }

    private void Link(string unit)
    {
        var link = $"{At(Wants)}/{unit}";
        if (FileStatus.Of(link) is not null)
            return;
        Directory.CreateDirectory(At(Wants));
        File.CreateSymbolicLink(link, $"../{unit}");
        Durable.SyncFolder(At(Wants));
        Durable.SyncFolder(At(Units));
    }

    private string At(string path) => HostPath.Below(root, path);

    private static LoadException Failure(string what, Exception e) => new(Reasons.StoreNotMounted, $"{what}: {e.Message}", e);
}
