using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>By mount(8) in this process's own mount namespace: for hosts without systemd. The agent mounts again when it is started again.</summary>
/// <param name="root">The folder at which this process sees the host's root.</param>
/// <param name="runner">For mount and umount.</param>
internal sealed class PlainMounts(string root, IProcessRunner runner) : IStoreMounts
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    public async ValueTask MountAsync(string file, string folder, CancellationToken cancellationToken)
    {
        if (LoopDevices.IsMounted(file, At(folder)))
            return;
        await UnmountAsync(folder, cancellationToken);
        Directory.CreateDirectory(At(folder));
        await RunAsync("mount", ["-t", "squashfs", "-o", "ro,loop,nosuid,nodev", "--", At(file), At(folder)], $"The sealed store {At(file)} could not be mounted at {folder}", cancellationToken);
    }

    public async ValueTask UnmountAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (var point in MountTable.Below(At(folder)))
            await RunAsync("umount", ["--", point], $"The sealed store at {point} could not be unmounted", cancellationToken);
    }

    private string At(string path) => HostPath.Below(root, path);

    private async Task RunAsync(string program, IReadOnlyList<string> arguments, string what, CancellationToken cancellationToken)
    {
        try
        {
            var result = await runner.RunAsync(new ProcessCommand(program, arguments) { Timeout = Timeout, Environment = ScratchFolder.Environment }, cancellationToken);
            if (result.ExitCode != 0)
                throw new LoadException(Reasons.StoreNotMounted, $"{what}: {result.LastErrorLine} - see whether the kernel of this node has squashfs and free loop devices (losetup --list).");
        }
        catch (ProgramMissingException e)
        {
            throw new LoadException(Reasons.ToolMissing, $"{what}: {e.Message} Install the package mount or util-linux.", e);
        }
        catch (TimeoutException e)
        {
            throw new LoadException(Reasons.StoreNotMounted, $"{what}: {e.Message} Look for a failing disk.", e);
        }
    }
}
