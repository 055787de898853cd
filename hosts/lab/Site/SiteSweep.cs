using System.Diagnostics;

namespace Handcarry.Lab.Site;

/// <summary>
/// Clears away what belongs to a site's folder: its processes (agents, and what they had started), its network namespaces, its loop devices, its
/// mounts, the folder. What belongs to it is seen from the kernel, not from memory, so this works after any crash.
/// </summary>
internal static class SiteSweep
{
    public static async Task RunAsync(SiteFolder folder, bool delete)
    {
        foreach (var process in Processes(folder.Root))
            End(process);
        await SiteNetwork.RemoveAsync(folder.Root);
        foreach (var device in LoopDevices(folder.Root))
            await Tool.TryAsync("losetup", ["--detach", device], CancellationToken.None);
        foreach (var mount in Mounts(folder.Root))
            await Tool.TryAsync("umount", ["--lazy", mount], CancellationToken.None);
        if (delete && Directory.Exists(folder.Root))
            await DeleteAsync(folder.Root);
    }

    /// <summary>Processes that have the folder in their command line, other than this one.</summary>
    public static IEnumerable<int> Processes(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id) || id == Environment.ProcessId)
                continue;
            string command;
            try
            {
                command = File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (command.Contains(root + "/", StringComparison.Ordinal) && IsOurs(command))
                yield return id;
        }
    }

    /// <summary>Loop devices on files in the folder.</summary>
    public static IEnumerable<string> LoopDevices(string root)
    {
        if (!Directory.Exists("/sys/block"))
            yield break;
        foreach (var block in Directory.EnumerateDirectories("/sys/block", "loop*"))
        {
            var backing = Path.Combine(block, "loop", "backing_file");
            if (File.Exists(backing) && TryRead(backing).StartsWith(root + "/", StringComparison.Ordinal))
                yield return $"/dev/{Path.GetFileName(block)}";
        }
    }

    /// <summary>Mounts below the folder, innermost first.</summary>
    public static IEnumerable<string> Mounts(string root) =>
        File.ReadLines("/proc/self/mounts")
            .Select(static line => line.Split(' ')[1])
            .Where(mount => mount.StartsWith(root + "/", StringComparison.Ordinal))
            .Reverse()
            .ToList();

    // Somebody may be looking at the folder with an editor or `tail -f`; only what a site starts is ended.
    private static bool IsOurs(string command)
    {
        var program = Path.GetFileName(command.Split('\0')[0]);
        return program is "handcarry-agent" or "dotnet" or "skopeo" or "podman" or "conmon" or "exe" or "storage-untar" or "containerd" or "docker-registry";
    }

    private static void End(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // Gone in between.
        }
    }

    // Container storage holds folders that are not writable; `rm` as their owner removes them all the same, Directory.Delete does not.
    private static async Task DeleteAsync(string root)
    {
        var answer = await Tool.TryAsync("rm", ["-rf", "--one-file-system", root], CancellationToken.None);
        if (answer.ExitCode != 0)
            Console.Error.WriteLine($"{root} could not be removed completely: {answer.Error}");
    }

    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
