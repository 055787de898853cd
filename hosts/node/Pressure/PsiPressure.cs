using Handcarry.Actors.Node;

namespace Handcarry.Hosts.Node.Pressure;

/// <summary>
/// The node's pressure from the kernel's files: <c>io</c>, <c>cpu</c> and <c>memory</c> in a folder, less what the agent's own control group waits for. A
/// slow stick that is read shows as much I/O pressure as a disk that etcd waits for (docs/configuration.md); only the difference is somebody else's.
/// </summary>
public sealed class PsiPressure : INodePressure
{
    private readonly string _folder;
    private readonly string? _own;
    private readonly EtcdMetrics? _etcd;
    private readonly Action<string> _absent;
    private bool _told;

    /// <summary>Makes one.</summary>
    /// <param name="folder">Where the node's files are, <c>/proc/pressure</c>, or a control group, whose files are called <c>io.pressure</c>.</param>
    /// <param name="own">The folder of the agent's own control group; null: nothing is taken off.</param>
    /// <param name="etcd">Tells how long etcd's writes take; null: nobody does.</param>
    /// <param name="absent">Told once, in a sentence, when there are no such files.</param>
    public PsiPressure(string folder, string? own, EtcdMetrics? etcd, Action<string> absent) => (_folder, _own, _etcd, _absent) = (folder, own, etcd, absent);

    /// <summary>The folder of the agent's own control group; null when the kernel does not tell its pressure apart.</summary>
    public static string? OwnFolder => OwnCgroup.Find();

    /// <inheritdoc/>
    public async ValueTask<PressureFacts?> ReadAsync(CancellationToken cancellationToken)
    {
        var fsync = _etcd is null ? null : await _etcd.SlowFsyncAsync(cancellationToken);
        if ((OfOthers("io"), OfOthers("cpu"), OfOthers("memory")) is ({ } io, { } cpu, { } memory))
            return new PressureFacts(io, cpu, memory, fsync);
        if (!_told)
            _absent($"There are no figures of pressure in {_folder}: carrying does not yield to what else runs on this node. The kernel must have PSI (psi=1 on its command line where it is off).");
        _told = true;
        return fsync is null ? null : PressureFacts.None with { EtcdFsync = fsync };
    }

    private double? OfOthers(string what) =>
        Read(_folder, what) is { } all ? Math.Max(0, all - (_own is null ? 0 : Read(_own, what) ?? 0)) : null;

    private static double? Read(string folder, string what)
    {
        foreach (var name in new[] { what, what + ".pressure" })
        {
            try
            {
                return PsiFile.Some(File.ReadAllText(Path.Combine(folder, name)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A kernel that is told to do without says EOPNOTSUPP.
            }
        }

        return null;
    }
}
