using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Processes;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// Folders that are to go. Each is renamed first: a store half removed under its own name would still list its images, and an import over
/// it would believe the layers to be there.
/// </summary>
internal sealed class StagingTrash(string stagingPath, IProcessRunner runner)
{
    // No generation's name begins with a dot.
    private const string Prefix = ".trash-";

    /// <summary>Takes <paramref name="folder"/>, on the same file system, out of sight; nothing happens when it is not there.</summary>
    public void Take(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        Directory.CreateDirectory(stagingPath);
        var number = 0;
        string place;
        do
        {
            place = Path.Combine(stagingPath, $"{Prefix}{++number}");
        }
        while (Directory.Exists(place));
        Durable.Rename(folder, place, exchange: false);
        Durable.SyncFolder(stagingPath);
    }

    /// <summary>
    /// Removes what was taken, now or before a crash. What cannot be removed yet stays for the next time and is no failure of the work in
    /// hand. The work is left to rm: layers hold names that are not UTF-8, which .NET cannot delete.
    /// </summary>
    public async ValueTask EmptyAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(stagingPath))
            return;
        var folders = Directory.GetDirectories(stagingPath, Prefix + "*");
        if (folders.Length == 0)
            return;
        var command = new ProcessCommand("rm", ["-rf", "--one-file-system", "--", .. folders]) { Timeout = TimeSpan.FromMinutes(30) };
        try
        {
            await runner.RunAsync(command, cancellationToken);
        }
        catch (Exception e) when (e is ProgramMissingException or TimeoutException)
        {
        }
    }
}
