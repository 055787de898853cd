using System.Diagnostics;
using System.Net.Sockets;
using Handcarry.Lab.Site;

namespace Handcarry.Vm.Machine;

/// <summary>
/// A machine with an emulated processor (no /dev/kvm is needed), a disk that forgets everything when it ends, a second disk with what was brought along, a
/// USB controller, and a CD drive that stays. It reaches nothing outside; it is reached by ssh.
/// </summary>
internal sealed class VirtualMachine : IAsyncDisposable
{
    /// <summary>The CD drive's name to QEMU.</summary>
    public const string Drive = "drive";

    private const int Memory = 1024; // MiB: Debian, the agent, and skopeo importing an image

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _folder;

    private VirtualMachine(Process process, string folder) => (_process, _folder) = (process, folder);

    public MachineMonitor Monitor { get; private set; } = null!;

    public GuestShell Shell { get; private set; } = null!;

    /// <summary>Starts one and waits until it can be logged in to.</summary>
    /// <param name="image">Folder of <see cref="MachineImage"/>.</param>
    /// <param name="carried">Image of the second disk.</param>
    /// <param name="key">Private key of the one who logs in.</param>
    /// <param name="folder">Private folder for what belongs to it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<VirtualMachine> StartAsync(string image, string carried, string key, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var disk = Path.Combine(folder, "disk.qcow2");
        await Tool.RunAsync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", Path.Combine(image, "root.img"), "-F", "raw", disk], cancellationToken);
        var port = FreePorts.Find(1)[0];
        var start = new ProcessStartInfo("qemu-system-x86_64", Arguments(image, disk, carried, folder, port)) { RedirectStandardInput = true, RedirectStandardError = true };
        var machine = new VirtualMachine(Process.Start(start)!, folder);
        try
        {
            machine._process.StandardInput.Close();
            var words = machine._process.StandardError.ReadToEndAsync(CancellationToken.None);
            machine.Monitor = await machine.ConnectAsync(Path.Combine(folder, "monitor"), words, cancellationToken);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(StartPatience);
            machine.Shell = await GuestShell.ConnectAsync(key, port, Path.Combine(folder, "ssh"), machine._process, patience.Token);
            return machine;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var words = machine.LastWords();
            await machine.DisposeAsync();
            throw new MachineException($"The machine did not come up within {StartPatience.TotalMinutes:F0} minutes. Its console's last words:\n{words}");
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Shell is not null)
            await Shell.DisposeAsync();
        using (_process)
        {
            Monitor?.Dispose();
            if (!_process.HasExited)
                _process.Kill();
            using var patience = new CancellationTokenSource(ShutdownPatience);
            await _process.WaitForExitAsync(patience.Token);
        }
    }

    // The socket is there a moment before QEMU listens on it.
    private async Task<MachineMonitor> ConnectAsync(string socket, Task<string> words, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await MachineMonitor.ConnectAsync(socket, cancellationToken);
            }
            catch (SocketException)
            {
                if (_process.HasExited)
                    throw new MachineException($"QEMU did not start: {(await words).Trim()}");
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
        }
    }

    // The last lines that the machine printed on its console.
    private string LastWords()
    {
        var log = Path.Combine(_folder, "console.log");
        return File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(15)) : "";
    }

    private static string[] Arguments(string image, string disk, string carried, string folder, int port) =>
    [
        "-name", "handcarry-media", "-machine", "q35,usb=off,vmport=off,hpet=off", "-accel", "tcg,thread=multi,tb-size=256", "-cpu", "Nehalem", "-smp", "2", "-m", $"{Memory}",
        "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-rtc", "base=utc",
        "-kernel", Path.Combine(image, "kernel"), "-initrd", Path.Combine(image, "initrd"),
        "-append", "console=ttyS0 quiet panic=-1 mitigations=off audit=0 net.ifnames=0 random.trust_cpu=on tsc=reliable no_timer_check",
        "-serial", $"file:{Path.Combine(folder, "console.log")}", "-qmp", $"unix:{Path.Combine(folder, "monitor")},server=on,wait=off",
        "-drive", $"if=none,id=root,file={disk},format=qcow2,cache=unsafe", "-device", "virtio-blk-pci,drive=root",
        "-drive", $"if=none,id=carried,file={carried},format=raw,read-only=on", "-device", "virtio-blk-pci,drive=carried",
        "-netdev", $"user,id=net,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:{port}-:22", "-device", "virtio-net-pci,netdev=net,romfile=",
        "-object", "rng-random,id=random,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=random",
        "-device", "qemu-xhci,id=usb", "-device", "usb-bot,id=drive-port,bus=usb.0", "-device", $"scsi-cd,id={Drive},bus=drive-port.0",
    ];
}
