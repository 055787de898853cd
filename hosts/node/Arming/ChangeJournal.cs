using System.Security.Cryptography;
using System.Text.Json;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>What was on the host before it was changed, durable before each change: <c>journal.json</c>, and the bytes of replaced files in <c>before/</c>.</summary>
internal sealed class ChangeJournal
{
    private readonly string _folder;

    private ChangeJournal(string folder, JournalContent content) => (_folder, Content) = (folder, content);

    public JournalContent Content { get; private set; }

    private string File => Path.Combine(_folder, "journal.json");

    /// <exception cref="ArmingException">It is damaged, or of a later version.</exception>
    public static ChangeJournal Open(string folder)
    {
        var journal = new ChangeJournal(folder, JournalContent.Empty);
        if (!System.IO.File.Exists(journal.File))
            return journal;
        try
        {
            journal.Content = JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(journal.File), JournalJson.Default.JournalContent)!;
        }
        catch (JsonException e)
        {
            throw new ArmingException(ArmingReasons.JournalUnreadable, $"{journal.File} is damaged ({e.Message}): nothing was changed. Put it right by hand; the files as they were are in {journal.Before("")}.", e);
        }
        return journal.Content.Format == 1
            ? journal
            : throw new ArmingException(ArmingReasons.JournalUnreadable, $"{journal.File} has format {journal.Content.Format}, this version knows 1: use the version that armed this node.");
    }

    public JournalEntry? Find(string path) => Content.Entries.FirstOrDefault(entry => entry.Path == path);

    public void Write(JournalContent content)
    {
        MakeFolders(_folder);
        Durable.WriteFile(File, JsonSerializer.Serialize(content, JournalJson.Default.JournalContent));
        Content = content;
    }

    /// <summary>Keeps bytes under their digest, unless they are kept already.</summary>
    public void Keep(byte[] bytes)
    {
        var kept = Before(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        if (System.IO.File.Exists(kept))
            return;
        MakeFolders(Path.GetDirectoryName(kept)!);
        using (var stream = new FileStream(kept + ".new", new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        System.IO.File.Move(kept + ".new", kept, overwrite: true);
        Durable.SyncFolder(Path.GetDirectoryName(kept)!);
    }

    /// <summary>Bytes that were kept.</summary>
    /// <exception cref="ArmingException">They are not there any more, or others.</exception>
    public byte[] Kept(string digest)
    {
        var kept = Before(digest);
        var bytes = System.IO.File.Exists(kept) ? System.IO.File.ReadAllBytes(kept) : [];
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == digest
            ? bytes
            : throw new ArmingException(ArmingReasons.JournalUnreadable, $"{kept} is missing or damaged: the file it was kept for stays as it is now.");
    }

    /// <summary>Nothing is changed any more and nothing owed: the journal goes, the kept files last, so that none is missed.</summary>
    public void Clear()
    {
        if (!Directory.Exists(_folder))
            return;
        System.IO.File.Delete(File);
        Durable.SyncFolder(_folder);
        Directory.Delete(_folder, recursive: true);
        Durable.SyncFolder(Path.GetDirectoryName(_folder)!);
        Content = JournalContent.Empty;
    }

    private static void MakeFolders(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var parent = Path.GetDirectoryName(folder)!;
        MakeFolders(parent);
        Directory.CreateDirectory(folder);
        Durable.SyncFolder(parent);
    }

    private string Before(string digest) => Path.Combine(_folder, "before", digest);
}
