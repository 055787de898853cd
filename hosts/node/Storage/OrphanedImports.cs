using System.Diagnostics;
using System.Text;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// Imports whose agent was killed: skopeo goes on by itself, and would write into a store that is just being published. They are found by the
/// name of the staging area in their arguments, which no other program has.
/// </summary>
internal static class OrphanedImports
{
    /// <summary>Kills every import into <paramref name="folders"/> that is still running, and waits for its end.</summary>
    public static async ValueTask EndAsync(string procPath, StagingFolders folders, CancellationToken cancellationToken)
    {
        var mark = Encoding.UTF8.GetBytes(ContainerTools.StoreSpecification(folders));
        foreach (var folder in Directory.EnumerateDirectories(procPath))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id) || id == Environment.ProcessId || !Mentions(folder, mark))
                continue;
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(cancellationToken);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It ended by itself in the meantime.
            }
        }
    }

    private static bool Mentions(string folder, byte[] mark)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "cmdline")).AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
