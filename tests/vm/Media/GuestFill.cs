using System.Globalization;
using Handcarry.Vm.Machine;

namespace Handcarry.Vm.Media;

/// <summary>Fills media by the machine's own kernel, while no agent runs there.</summary>
/// <param name="machine">The machine.</param>
internal sealed class GuestFill(VirtualMachine machine)
{
    private const string Point = "/mnt";

    /// <summary>Puts a bundle into the top folder of an empty file system.</summary>
    /// <param name="image">The file system.</param>
    /// <param name="type">The kernel's driver for it.</param>
    /// <param name="raw">The bundle as it is on a device of its own.</param>
    /// <param name="file">Name and length that it gets.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CopyAsync(string image, string type, string raw, FileInfo file, CancellationToken cancellationToken)
    {
        await using var to = await PlugAsync(image, cancellationToken);
        await using var from = await PlugAsync(raw, cancellationToken);
        var length = file.Length.ToString(CultureInfo.InvariantCulture);
        await machine.Shell.RunAsync(
            $"mount -t {type} {to.Link} {Point}; head --bytes={length} {from.Link} > {Point}/{file.Name}; umount {Point}", cancellationToken);
    }

    /// <summary>Pulls a stick while its file system is mounted and something was just written to it, so that the journal was not played back.</summary>
    public async Task LeaveUncleanAsync(string image, string type, CancellationToken cancellationToken)
    {
        await using var stick = await PlugAsync(image, cancellationToken);
        await machine.Shell.RunAsync($"mount -t {type} {stick.Link} {Point}; for i in 1 2 3 4 5 6 7 8; do echo $i > {Point}/note-$i; done; sync", cancellationToken);
        await stick.PullAsync(cancellationToken);
        await machine.Shell.RunAsync($"umount --lazy {Point}", cancellationToken);
    }

    private async Task<UsbStick> PlugAsync(string image, CancellationToken cancellationToken)
    {
        var stick = await UsbStick.PlugAsync(machine.Monitor, image, 0, cancellationToken);
        try
        {
            await machine.Shell.RunAsync($"until [ -b {stick.Link} ]; do sleep 0.1; done; udevadm settle", cancellationToken);
            return stick;
        }
        catch
        {
            await stick.DisposeAsync();
            throw;
        }
    }
}
