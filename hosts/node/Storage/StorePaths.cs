using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// The two paths where the runtime looks for images. Before a store is published at the first, what is seen there changes places with the empty skeleton at the second, in one exchange
/// (renameat2(2)): so it is seen all the time, and what was at the first path comes back by another exchange.
/// <code><![CDATA[
///   store       store-2              store       store-2               store   store-2
///   release A   empty   --aside-->   empty       release A --publish-->  B       release A
/// ]]></code>
/// A host that was armed before there were two has no second path; there a store takes the place of the one before.
/// </summary>
/// <param name="First">Where what is published goes, as this process sees it.</param>
/// <param name="Scratch">A folder on the same file system.</param>
/// <param name="Trash">Takes folders away, in <paramref name="Scratch"/>.</param>
internal sealed record StorePaths(string First, string Scratch, StagingTrash Trash)
{
    /// <summary>Where what was published before stays.</summary>
    public string Second => SecondStore.Of(First);

    /// <summary>Whether the runtime looks at a second path.</summary>
    public bool HasSecond => FileStatus.Of(Second) is not null;

    private string Emptied => Path.Combine(Scratch, ".emptied");

    /// <summary>What is at each path comes to the other.</summary>
    public void Exchange()
    {
        Durable.Rename(First, Second, exchange: true);
        Durable.SyncFolder(Path.GetDirectoryName(First)!);
    }

    /// <summary>Has nothing be seen at the second path. A link is forgotten, a folder goes to the trash; the same call goes on after a crash.</summary>
    public void EmptySecond()
    {
        Directory.CreateDirectory(Scratch);
        Forget();
        StoreSkeleton.Make(Emptied);
        Durable.Rename(Emptied, Second, exchange: true);
        Durable.SyncFolder(Path.GetDirectoryName(Second)!);
        Durable.SyncFolder(Scratch);
        Forget();
    }

    private void Forget()
    {
        if (new FileInfo(Emptied).LinkTarget is not null)
            File.Delete(Emptied);
        else
            Trash.Take(Emptied);
    }
}
