using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// The paths where the runtime looks for images (<see cref="StorePaths"/>). With a sealed store one is a symbolic link to the mount; otherwise a folder, the empty skeleton or a layer store. Each change
/// is one exchange of two names (renameat2(2)), so there is no moment without the path, and it takes what was there aside:
/// <code><![CDATA[
///   store                      sealed/A.before                 store               sealed/A.before
///   the skeleton, a folder     link to A          --publish--> link to A           the skeleton, as it was
///                                                 <-withdraw--
/// ]]></code>
/// CRI-O opens the store by its path at each question (reference/container-storage.md D1), so it sees the change at once; after its restart it finds the path as after any.
/// </summary>
internal sealed class PublishedPath(SealedStoresOptions options, IProcessRunner runner)
{
    /// <summary>Both paths.</summary>
    public StorePaths Paths { get; } = new(options.StorePath, options.Folder, new StagingTrash(options.Folder, runner));

    /// <summary>Whether that store is at the first path.</summary>
    public bool Leads(SealedFolder store) => LinkAt(Paths.First) == store.LinkText;

    /// <summary>Whether that store is at the second path.</summary>
    public bool LeadsBeside(SealedFolder store) => LinkAt(Paths.Second) == store.LinkText;

    /// <summary>Whether the runtime sees that store.</summary>
    public bool Sees(SealedFolder store) => Leads(store) || LeadsBeside(store);

    /// <summary>The steps of publishing at the first path, and their names; each may be repeated.</summary>
    public IReadOnlyList<(string Name, Action Run)> Publishing(SealedFolder store) => Publishing(store, Paths.First);

    /// <summary>Has the runtime see what it saw before.</summary>
    /// <returns>Where it saw the store; null when it did not.</returns>
    public string? Withdraw(SealedFolder store)
    {
        var seen = Leads(store) ? Paths.First : LeadsBeside(store) ? Paths.Second : null;
        if (seen is not null)
        {
            if (FileStatus.Of(store.Before) is null || LinkAt(store.Before) == store.LinkText)
                MakeSkeleton(store);
            Durable.Rename(store.Before, seen, exchange: true);
            Sync();
        }
        if (LinkAt(store.Before) == store.LinkText)
            File.Delete(store.Before);
        return seen;
    }

    /// <summary>Has nothing be seen at the second path. Of a sealed store, what was there before it comes back if that is the empty skeleton.</summary>
    public void EmptySecond()
    {
        foreach (var store in SealedFolder.All(options).Where(LeadsBeside))
            Withdraw(store);
        if (new FileInfo(Paths.Second).LinkTarget is not null || !StoreSkeleton.IsEmpty(Paths.Second))
            Paths.EmptySecond();
    }

    /// <summary>Has the runtime see a store again where it was withdrawn from.</summary>
    public void PutBack(SealedFolder store, string path)
    {
        foreach (var (_, run) in Publishing(store, path))
            run();
    }

    /// <summary>
    /// Forgets a store that is not published: who was published after it comes to have what was before it. A folder that nobody comes back to is removed.
    /// </summary>
    public async ValueTask ForgetAsync(SealedFolder store, CancellationToken cancellationToken)
    {
        if (LinkAt(store.Before) == store.LinkText)
            File.Delete(store.Before);
        if (FileStatus.Of(store.Before) is not null)
        {
            foreach (var later in SealedFolder.All(options).Where(other => other != store && LinkAt(other.Before) == store.LinkText))
                Durable.Rename(store.Before, later.Before, exchange: true);
        }
        if (FileStatus.Of(store.Before) is { IsFolder: true })
            Paths.Trash.Take(store.Before);
        else
            File.Delete(store.Before);
        Durable.SyncFolder(options.Folder);
        await Paths.Trash.EmptyAsync(cancellationToken);
    }

    private IReadOnlyList<(string Name, Action Run)> Publishing(SealedFolder store, string path) =>
    [
        ("prepare the link", () => Prepare(store, path)),
        ("exchange", () => Exchange(store, path)),
        ("sync", Sync),
    ];

    private void Prepare(SealedFolder store, string path)
    {
        if (LinkAt(path) == store.LinkText || LinkAt(store.Before) == store.LinkText)
            return;
        // It was published before, and somebody else has changed the path since: what is there now is what is to come back.
        if (FileStatus.Of(store.Before) is not null && FileStatus.Of(path) is not null)
            Paths.Trash.Take(store.Before);
        if (FileStatus.Of(store.Before) is null)
            File.CreateSymbolicLink(store.Before, store.LinkText);
        Durable.SyncFolder(options.Folder);
    }

    private static void Exchange(SealedFolder store, string path)
    {
        if (LinkAt(path) == store.LinkText)
            return;
        if (FileStatus.Of(path) is not null)
        {
            Durable.Rename(store.Before, path, exchange: true);
            return;
        }
        // Somebody has removed the path.
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, store.LinkText);
        if (LinkAt(store.Before) == store.LinkText)
            File.Delete(store.Before);
    }

    private static void MakeSkeleton(SealedFolder store)
    {
        if (FileStatus.Of(store.Before) is not null)
            File.Delete(store.Before);
        StoreSkeleton.Make(store.Before);
    }

    private void Sync()
    {
        Durable.SyncFolder(options.Folder);
        Durable.SyncFolder(Path.GetDirectoryName(options.StorePath)!);
    }

    private static string? LinkAt(string path) => new FileInfo(path).LinkTarget;
}
