using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// The path where the runtime looks for images. With a sealed store it is a symbolic link to the mount; otherwise a folder, the empty skeleton or a layer store. Each change
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
    private readonly StagingTrash _trash = new(options.Folder, runner);

    /// <summary>Whether the runtime sees that store.</summary>
    public bool Leads(SealedFolder store) => LinkAt(options.StorePath) == store.LinkText;

    /// <summary>The steps of publishing, and their names; each may be repeated.</summary>
    public IReadOnlyList<(string Name, Action Run)> Publishing(SealedFolder store) =>
    [
        ("prepare the link", () => Prepare(store)),
        ("exchange", () => Exchange(store)),
        ("sync", Sync),
    ];

    /// <summary>Has the runtime see what it saw before.</summary>
    public void Withdraw(SealedFolder store)
    {
        if (Leads(store))
        {
            if (FileStatus.Of(store.Before) is null || LinkAt(store.Before) == store.LinkText)
                MakeSkeleton(store);
            Durable.Rename(store.Before, options.StorePath, exchange: true);
            Sync();
        }
        if (LinkAt(store.Before) == store.LinkText)
            File.Delete(store.Before);
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
            _trash.Take(store.Before);
        else
            File.Delete(store.Before);
        Durable.SyncFolder(options.Folder);
        await _trash.EmptyAsync(cancellationToken);
    }

    private void Prepare(SealedFolder store)
    {
        if (Leads(store) || LinkAt(store.Before) == store.LinkText)
            return;
        // It was published before, and somebody else has changed the path since: what is there now is what is to come back.
        if (FileStatus.Of(store.Before) is not null && FileStatus.Of(options.StorePath) is not null)
            _trash.Take(store.Before);
        if (FileStatus.Of(store.Before) is null)
            File.CreateSymbolicLink(store.Before, store.LinkText);
        Durable.SyncFolder(options.Folder);
    }

    private void Exchange(SealedFolder store)
    {
        if (Leads(store))
            return;
        if (FileStatus.Of(options.StorePath) is not null)
        {
            Durable.Rename(store.Before, options.StorePath, exchange: true);
            return;
        }
        // Somebody has removed the path.
        Directory.CreateDirectory(Path.GetDirectoryName(options.StorePath)!);
        File.CreateSymbolicLink(options.StorePath, store.LinkText);
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
