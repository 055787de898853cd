using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>The folders of one generation below the staging folder.</summary>
internal sealed record StagingFolders(string Root, string RunRoot)
{
    public static StagingFolders Of(ImageStoreOptions options, string generation) =>
        new(Path.Combine(options.StagingPath, generation), Path.Combine(options.RunRoot, generation));

    /// <summary>The store in the making.</summary>
    public string Store => Path.Combine(Root, "store");

    /// <summary>Compressed layers on their way, one folder per import.</summary>
    public string Temporary => Path.Combine(Root, "tmp");

    /// <summary>An OCI layout per import.</summary>
    public string Layouts => Path.Combine(Root, "layouts");

    /// <summary>See <see cref="StagingJournal"/>.</summary>
    public string Journal => Path.Combine(Root, "journal");

    /// <summary>What is left of runs that were killed; nobody else ever removes it.</summary>
    public void RemoveLeftovers()
    {
        foreach (var folder in (string[])[Temporary, Layouts])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Makes the folders, readable by the agent alone, and their names durable.</summary>
    public void Create()
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Path.GetDirectoryName(Root)!, OwnerOnly);
        Directory.CreateDirectory(Root, OwnerOnly);
        Durable.SyncFolder(Path.GetDirectoryName(Root)!);
        Directory.CreateDirectory(Temporary, OwnerOnly);
        Directory.CreateDirectory(Layouts, OwnerOnly);
        Directory.CreateDirectory(RunRoot, OwnerOnly);
    }
}
