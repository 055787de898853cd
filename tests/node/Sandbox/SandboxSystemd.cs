using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Handcarry.Hosts.Node.SystemBus;

namespace Handcarry.Hosts.Node.Tests.Sandbox;

/// <summary>A real systemd with udev and D-Bus, in namespaces of its own on this kernel (the script next to this file). Shared by the tests of its collection.</summary>
public sealed partial class SandboxSystemd : IAsyncLifetime
{
    /// <summary>The collection of the tests that share one.</summary>
    public const string Collection = "sandbox";

    private const int NetworkNamespace = 0x4000_0000; // CLONE_NEWNET (linux/sched.h)

    private readonly string _folder = Directory.CreateTempSubdirectory("handcarry-node-").FullName;
    private Process? _process;
    private string? _lacking;
    private int _init;

    /// <summary>Socket of its system bus, as this process reaches it.</summary>
    public string BusSocket => $"/proc/{_init}/root/run/dbus/system_bus_socket";

    /// <summary>Skips the test where there is none.</summary>
    public void Need() => Skip.If(_lacking is not null, $"no systemd can be run here: {_lacking}");

    /// <summary>Runs a program inside.</summary>
    public Task<string> RunAsync(params string[] command) =>
        Tool.RunAsync("nsenter", ["--target", $"{_init}", "--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup", "--root", "--wd", .. command]);

    /// <summary>
    /// What its udev has noted of a device, which libudev would read in /run/udev: lines that begin with <c>E:</c> (udev, device_update_db).
    /// </summary>
    public IReadOnlyDictionary<string, string>? UdevNotes(string number)
    {
        var notes = $"/proc/{_init}/root/run/udev/data/b{number}";
        return !File.Exists(notes) ? null : File.ReadLines(notes).Where(line => line.StartsWith("E:", StringComparison.Ordinal))
            .Select(line => line[2..].Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
    }

    /// <summary>Does something on a thread in its network namespace.</summary>
    public T InNetwork<T>(Func<T> make)
    {
        T? made = default;
        Exception? failed = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var network = File.OpenHandle($"/proc/{_init}/ns/net");
                Assert.Equal(0, SetNamespace((int)network.DangerousGetHandle(), NetworkNamespace));
                made = make();
            }
            catch (Exception e)
            {
                failed = e;
            }
        });
        thread.Start();
        thread.Join();
        return failed is null ? made! : throw failed;
    }

    public async Task InitializeAsync()
    {
        var udev = Environment.GetEnvironmentVariable("HANDCARRY_UDEV")
            ?? Path.Combine(
                Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
                "handcarry/udev");
        var installed = File.Exists("/lib/systemd/systemd-udevd");
        _lacking = !Environment.IsPrivilegedProcess ? "only root can do this"
            : !File.Exists("/lib/systemd/systemd") || !File.Exists("/usr/bin/dbus-daemon") ? "systemd or dbus-daemon is not installed"
            : !installed && !Directory.Exists(udev) ? "udev is not installed, and tests/node/Sandbox/get-udev has not unpacked it"
            : null;
        if (_lacking is not null)
            return;
        Service("good", "ExecStart=/bin/sleep infinity\nExecReload=/bin/true");
        Service("bad", "Type=oneshot\nExecStart=/bin/false");
        Service("stubborn", "ExecStart=/bin/sleep infinity");
        var script = Path.Combine(AppContext.BaseDirectory, "Sandbox/sandbox");
        _process = Process.Start("/bin/bash", ["-c", "exec /bin/bash \"$0\" \"$1\" \"$2\" > \"$1/log\" 2>&1 < /dev/null", script, _folder, installed ? "" : udev]);
        await Eventually.HoldsAsync(() => _process.HasExited || IsUp(), "a systemd of its own has started");
        if (_process.HasExited)
            _lacking = (await File.ReadAllTextAsync(Path.Combine(_folder, "log"))).Trim();
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            // With it goes its systemd (unshare --kill-child), and with that everything in its process namespace.
            _process.Kill();
            await _process.WaitForExitAsync();
            var groups = Directory.Exists("/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup";
            var group = Path.Combine(groups, Path.GetFileName(_folder));
            await Eventually.HoldsAsync(() => IsRemoved(group), "the cgroup of the sandbox is empty");
        }
        Directory.Delete(_folder, recursive: true);
    }

    private void Service(string name, string text) => File.WriteAllText(Path.Combine(_folder, $"handcarry-{name}.service"), $"[Unit]\nStartLimitIntervalSec=0\n[Service]\n{text}\n");

    private bool IsUp()
    {
        // The shell that becomes unshare has children of its own at first.
        var process = $"/proc/{_process!.Id}";
        if (File.ReadAllText($"{process}/comm") != "unshare\n"
            || !int.TryParse(File.ReadAllText($"{process}/task/{_process.Id}/children").Trim(), CultureInfo.InvariantCulture, out _init))
        {
            return false;
        }
        try
        {
            return File.Exists(BusSocket)
                && new SystemdServiceManager(BusSocket).StateAsync("basic.target", default).AsTask().GetAwaiter().GetResult() is { Active: "active" };
        }
        catch (Actors.Node.ServiceException)
        {
            return false; // the bus is not up yet
        }
    }

    /// <summary>Groups are removed from the innermost to the outermost; their files go with them.</summary>
    private static bool IsRemoved(string group)
    {
        try
        {
            foreach (var inner in Directory.EnumerateDirectories(group, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length).Append(group))
                Directory.Delete(inner);
        }
        catch (DirectoryNotFoundException)
        {
            return !Directory.Exists(group);
        }
        catch (IOException)
        {
            return false;
        }
        return true;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int descriptor, int type);
}
