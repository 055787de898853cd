using System.Diagnostics;
using System.Globalization;

namespace Handcarry.Bench;

/// <summary>A real systemd with udev and D-Bus in namespaces of its own (tests/node/Sandbox/sandbox), as long as this is not disposed of.</summary>
internal sealed class SandboxUdev : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handcarry-bench-");
    private readonly Process _process;

    private SandboxUdev(string script, string udev)
    {
        foreach (var service in (string[])["good", "bad", "stubborn"])
            File.WriteAllText(Path.Combine(_folder.FullName, $"handcarry-{service}.service"), "[Service]\nExecStart=/bin/true\n");
        _process = Process.Start(new ProcessStartInfo("bash", ["-c", "exec bash \"$0\" \"$1\" \"$2\" > \"$1/log\" 2>&1 < /dev/null", script, _folder.FullName, udev]))!;
    }

    /// <summary>Its process 1, as this process sees it.</summary>
    public int Init { get; private set; }

    /// <summary>Its files.</summary>
    public string Root => $"/proc/{Init}/root";

    /// <summary>Starts one; null, and what is lacking, where there can be none.</summary>
    public static SandboxUdev? Start(out string lacking)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var udev = File.Exists("/lib/systemd/systemd-udevd") ? "" : Environment.GetEnvironmentVariable("HANDCARRY_UDEV") ?? Path.Combine(cache, "handcarry/udev");
        const string Script = "tests/node/Sandbox/sandbox";
        lacking = !Environment.IsPrivilegedProcess ? "only root can do this"
            : !File.Exists(Script) ? $"{Script} is not below the current folder"
            : udev.Length > 0 && !Directory.Exists(udev) ? "udev is neither installed nor unpacked by tests/node/Sandbox/get-udev"
            : "";
        if (lacking.Length > 0)
            return null;
        var sandbox = new SandboxUdev(Path.GetFullPath(Script), udev);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience && !sandbox._process.HasExited; Thread.Sleep(50))
        {
            if (sandbox.IsUp())
                return sandbox;
        }
        lacking = "it did not start: " + File.ReadAllText(Path.Combine(sandbox._folder.FullName, "log")).Trim();
        sandbox.Dispose();
        return null;
    }

    /// <summary>When udev was done with the device of a number such as <c>7:0</c>, which it notes before it tells anybody; null when it is not.</summary>
    public DateTime? DoneWith(string number)
    {
        var notes = $"{Root}/run/udev/data/b{number}";
        return File.Exists(notes) ? File.GetLastWriteTimeUtc(notes) : null;
    }

    public void Dispose()
    {
        // With it goes its systemd (unshare --kill-child), and with that everything in its process namespace.
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        var groups = Directory.Exists("/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup";
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience && !IsRemoved(Path.Combine(groups, _folder.Name)); Thread.Sleep(50))
        {
        }
        _folder.Delete(recursive: true);
    }

    private bool IsUp()
    {
        var process = $"/proc/{_process.Id}";
        if (File.ReadAllText($"{process}/comm") != "unshare\n" || !int.TryParse(File.ReadAllText($"{process}/task/{_process.Id}/children").Trim(), CultureInfo.InvariantCulture, out var init))
            return false;
        Init = init;
        using var asked = Process.Start(new ProcessStartInfo(
            "nsenter", ["--target", $"{Init}", "--mount", "--pid", "--net", "--cgroup", "--root", "--wd", "systemctl", "is-active", "--quiet", "basic.target", "systemd-udevd.service"])
        {
            RedirectStandardError = true,
        })!;
        asked.WaitForExit();
        return asked.ExitCode == 0;
    }

    private static bool IsRemoved(string group)
    {
        try
        {
            foreach (var inner in Directory.EnumerateDirectories(group, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length).Append(group))
                Directory.Delete(inner);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (IOException)
        {
        }
        return !Directory.Exists(group);
    }
}
