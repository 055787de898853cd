using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// What goes on by itself when the agent, or skopeo, was killed: skopeo would write into a store that is just being published, and the process
/// of its that unpacks a layer would write into a layer that is just being removed as incomplete. They are found by the staging area in their
/// arguments, which no other program has.
/// </summary>
internal sealed class OrphanedImports(string procPath, TimeProvider time)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Kills everything that writes into the store of <paramref name="folders"/>, and waits for its end.</summary>
    public ValueTask EndAllAsync(StagingFolders folders, CancellationToken cancellationToken) =>
        EndAsync(() => [.. Importers(folders), .. Unpackers(folders)], cancellationToken);

    /// <summary>As <see cref="EndAllAsync"/>, but spares imports and what they have started.</summary>
    public ValueTask EndUnpackersAsync(StagingFolders folders, CancellationToken cancellationToken) => EndAsync(
        () =>
        {
            var unpackers = Unpackers(folders);
            var importers = Importers(folders).Select(static importer => importer.Id).ToHashSet();
            return unpackers.Where(unpacker => !importers.Contains(ParentOf(unpacker.Id))).ToList();
        },
        cancellationToken);

    /// <summary>Kills every run of <paramref name="program"/> that has <paramref name="argument"/> as an argument, and waits for its end.</summary>
    public ValueTask EndRunsAsync(string program, string argument, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(program);
        return EndAsync(
            () => Processes().Where(process => process.Arguments.Split('\0') is [var first, .. var rest] && Path.GetFileName(first) == name && rest.Contains(argument)).ToList(),
            cancellationToken);
    }

    private async ValueTask EndAsync(Func<List<Found>> find, CancellationToken cancellationToken)
    {
        // Looking again instead of waiting for the process: a dead one whose parent does not care stays, but has no arguments any more.
        var begun = time.GetTimestamp();
        while (find() is { Count: > 0 } found)
        {
            if (time.GetElapsedTime(begun) > Patience)
                throw new IOException($"Process {found[0].Id} of an earlier import cannot be killed; look for a failing disk");
            foreach (var (id, _) in found)
                Kill(id);
            await Task.Delay(LookAgainAfter, time, cancellationToken);
        }
    }

    private List<Found> Importers(StagingFolders folders)
    {
        var mark = ContainerTools.StoreSpecification(folders);
        return Processes().Where(process => process.Arguments.Contains(mark, StringComparison.Ordinal)).ToList();
    }

    /// <summary>skopeo starts itself again under names such as storage-untar, with the layer's folder as an argument (containers/storage, pkg/chrootarchive).</summary>
    private List<Found> Unpackers(StagingFolders folders) =>
        Processes().Where(process => process.Arguments.StartsWith("storage-", StringComparison.Ordinal)
            && process.Arguments.Contains(folders.Store + "/", StringComparison.Ordinal)).ToList();

    private IEnumerable<Found> Processes()
    {
        foreach (var folder in Directory.EnumerateDirectories(procPath))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && id != Environment.ProcessId)
                yield return new Found(id, Read(folder, "cmdline"));
        }
    }

    /// <summary>The fourth field of proc_pid_stat(5), the second one after the name in parentheses; 0 when the process is gone.</summary>
    private int ParentOf(int id)
    {
        var stat = Read(Path.Combine(procPath, $"{id}"), "stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && int.TryParse(fields[1], out var parent) ? parent : 0;
    }

    private static string Read(string folder, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended by itself in the meantime; if not, it is found again.
        }
    }

    private sealed record Found(int Id, string Arguments);
}
