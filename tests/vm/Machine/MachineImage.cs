using System.Runtime.InteropServices;
using Handcarry.Lab.Site;

namespace Handcarry.Vm.Machine;

/// <summary>The machine's kernel and root disk, made by <c>build-machine</c> out of Debian packages and kept below <c>~/.cache/handcarry/machine</c>.</summary>
internal static class MachineImage
{
    private static readonly string[] Programs =
    [
        "qemu-system-x86_64", "qemu-img", "mmdebstrap", "ssh", "ssh-keygen", "cpio", "modprobe", "xz", "busybox", "mke2fs", "mkfs.xfs", "mkfs.btrfs", "mkfs.vfat",
        "mcopy", "mkfs.exfat", "mkntfs", "ntfscp", "mkudffs", "xorriso", "mksquashfs", "sfdisk",
    ];

    /// <summary>Why there can be no machine here; null when there can.</summary>
    public static string? Lacking()
    {
        if (!Environment.IsPrivilegedProcess)
            return "needs root: the machine's disk has files of several owners";
        if (RuntimeInformation.OSArchitecture != Architecture.X64)
            return "needs an x86-64 machine: the agent of this build runs in the virtual one";
        if (!File.Exists("/etc/debian_version"))
            return "needs Debian: the machine is made of its packages";
        var missing = Programs.Where(static program => !"/usr/bin:/usr/sbin:/bin:/sbin".Split(':').Any(folder => File.Exists(Path.Combine(folder, program)))).ToList();
        return missing.Count == 0 ? null : $"needs {string.Join(", ", missing)}; `./run e2e media` as root installs them";
    }

    /// <summary>The folder that holds them; made when it is not there yet.</summary>
    public static async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var said = await Tool.RunAsync("/bin/bash", [Path.Combine(AppContext.BaseDirectory, "build-machine"), Path.Combine(cache, "handcarry/machine")], cancellationToken);
        return said.Trim();
    }
}
