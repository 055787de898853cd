using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage;

namespace Handcarry.Bench.Load;

/// <summary>Where a node has its images, on the disk.</summary>
/// <param name="root">Top of the disk.</param>
internal sealed class NodeFolders(string root)
{
    /// <summary>How stores are filled, and asked what is in them.</summary>
    public ImageStoreOptions Options { get; } = new()
    {
        StorePath = Path.Combine(root, "store"),
        StagingPath = Path.Combine(root, "staging"),
        RunRoot = Path.Combine(root, "run"),
        BlobsPath = Path.Combine(root, "blobs"),
    };

    /// <summary>What a runtime sees that has the folder <paramref name="store"/> as an additional image store; as the product asks.</summary>
    public async Task<IReadOnlySet<string>> ListAsync(string store, CancellationToken cancellationToken)
    {
        using var asked = new SkopeoImageStore(Options with { StorePath = store }, new SystemProcessRunner(TimeProvider.System));
        return await asked.ListAsync(cancellationToken);
    }

    /// <summary>Puts all blobs where a store imports them from.</summary>
    public void CopyBlobs(LoadSource source)
    {
        var target = Directory.CreateDirectory(Path.Combine(Options.BlobsPath, "sha256")).FullName;
        foreach (var blob in Directory.EnumerateFiles(Path.Combine(source.Release.BlobsPath, "sha256")))
            File.Copy(blob, Path.Combine(target, Path.GetFileName(blob)));
    }
}
