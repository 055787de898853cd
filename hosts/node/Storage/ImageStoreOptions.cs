using System.Buffers;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>Where a node's image store is and which tools work on it. All paths are absolute; store and staging are on one file system.</summary>
public sealed record ImageStoreOptions
{
    // containers-storage:[driver@root+runroot:option,...]name takes its parts apart at these characters.
    private static readonly SearchValues<char> SpecificationCharacters = SearchValues.Create("+:,[]@\n");

    /// <summary>The published store: the path that the container runtime has as an additional image store.</summary>
    public required string StorePath { get; init; }

    /// <summary>The runtime's own storage, in which images and containers are looked for that stand on a published store; null when there is none to be looked at.</summary>
    public string? RuntimeStorage { get; init; }

    /// <summary>Where stores are made before they are published; also holds the compressed layers of the image in work.</summary>
    public required string StagingPath { get; init; }

    /// <summary>State of the container tools that does not outlive a reboot, below /run on a node.</summary>
    public required string RunRoot { get; init; }

    /// <summary>The node's blobs: the folder that contains <c>sha256/&lt;hex&gt;</c>.</summary>
    public required string BlobsPath { get; init; }

    /// <summary>skopeo, which imports: a path or a name to be found in PATH.</summary>
    public string SkopeoPath { get; init; } = "skopeo";

    /// <summary>podman, which is asked what the published store holds: a path or a name to be found in PATH.</summary>
    public string PodmanPath { get; init; } = "podman";

    /// <summary>
    /// Imports at the same time, 1 or more. One skopeo already uses more than a core, and unpacking holds the store's lock: two cores gained
    /// nothing from a second one (reference/container-storage.md section B).
    /// </summary>
    public int ParallelImports { get; init; } = 1;

    /// <summary>How long the import of one image may take.</summary>
    public TimeSpan ImportTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The file that tells one run of the kernel from another.</summary>
    public string BootIdPath { get; init; } = "/proc/sys/kernel/random/boot_id";

    /// <summary>The kernel's view of processes.</summary>
    public string ProcPath { get; init; } = "/proc";

    /// <summary>By what clock waiting is measured.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Throws <see cref="ArgumentException"/> that names the setting at fault.</summary>
    internal ImageStoreOptions Validated()
    {
        CheckPath(StorePath, nameof(StorePath));
        CheckPath(StagingPath, nameof(StagingPath));
        CheckPath(RunRoot, nameof(RunRoot));
        CheckPath(BlobsPath, nameof(BlobsPath));
        if (RuntimeStorage is not null)
            CheckPath(RuntimeStorage, nameof(RuntimeStorage));
        if (ParallelImports < 1)
            throw new ArgumentException($"{nameof(ParallelImports)} is {ParallelImports}; it must be 1 or more.");
        if (ImportTimeout <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(ImportTimeout)} is {ImportTimeout}; it must be longer than nothing.");
        return this with
        {
            StorePath = Path.TrimEndingDirectorySeparator(StorePath),
            StagingPath = Path.TrimEndingDirectorySeparator(StagingPath),
            RunRoot = Path.TrimEndingDirectorySeparator(RunRoot),
            BlobsPath = Path.TrimEndingDirectorySeparator(BlobsPath),
        };
    }

    internal static void CheckPath(string path, string setting)
    {
        if (!Path.IsPathFullyQualified(path) || Path.TrimEndingDirectorySeparator(path) == "/")
            throw new ArgumentException($"{setting} is \"{path}\"; it must be an absolute path below the root folder.");
        if (path.AsSpan().ContainsAny(SpecificationCharacters))
            throw new ArgumentException($"{setting} is \"{path}\"; container tools cannot name a folder that has one of + : , [ ] @ in its path.");
    }
}
