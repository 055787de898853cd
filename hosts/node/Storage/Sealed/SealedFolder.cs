using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>The names that belong to one sealed store, below the folder <c>sealed</c>.</summary>
/// <param name="Options">Where that folder is.</param>
/// <param name="Store">Digest of the store.</param>
internal sealed record SealedFolder(SealedStoresOptions Options, Digest Store)
{
    private const string BeforeSuffix = ".before", ProvedSuffix = ".proved", RefutedSuffix = ".refuted";

    /// <summary>Where it is mounted.</summary>
    public string Mount => Path.Combine(Options.Folder, Store.Hex);

    /// <summary>The same as the host sees it.</summary>
    public string HostMount => $"{Options.HostFolder}/{Store.Hex}";

    /// <summary>What the runtime saw before this store was published: the folder or link itself that was at the path.</summary>
    public string Before => Mount + BeforeSuffix;

    /// <summary>There when it was proved.</summary>
    public string Proved => Mount + ProvedSuffix;

    /// <summary>There when its proof has failed.</summary>
    public string Refuted => Mount + RefutedSuffix;

    /// <summary>What the link at the runtime's path says: relative, so that it is right for whoever sees the host's root elsewhere.</summary>
    public string LinkText => Path.GetRelativePath(Path.GetDirectoryName(Options.Store)!, HostMount);

    /// <summary>Every store of which there is anything.</summary>
    public static IReadOnlyList<SealedFolder> All(SealedStoresOptions options) => !Directory.Exists(options.Folder) ? [] :
    [
        .. Directory.EnumerateFileSystemEntries(options.Folder)
            .Select(static path => Path.GetFileName(path).Split('.')[0])
            .Distinct(StringComparer.Ordinal)
            .Select(name => Digest.TryParseHex(name, out var digest) ? new SealedFolder(options, digest) : null)
            .OfType<SealedFolder>()
            .OrderBy(static folder => folder.Store),
    ];
}
