using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// Remembers how the proof of a store against a bundle ended, as a file beside its mount. It counts for the very file that was proved: another one under the same name, or one that was written to since, is
/// proved again.
/// </summary>
internal static class ProofMark
{
    public static bool Holds(SealedFolder folder, string blob, SealedBundle? bundle) =>
        Lines(folder.Proved) is [var commitment, var identity] && (bundle is null || commitment == bundle.Commitment.ToString()) && identity == Identity(blob);

    public static void Write(SealedFolder folder, string blob, SealedBundle bundle) => Durable.WriteFile(folder.Proved, $"{bundle.Commitment}\n{Identity(blob)}\n");

    /// <summary>What the failed proof of that file had found; null when none has failed.</summary>
    public static Remark? Refutation(SealedFolder folder, string blob, SealedBundle bundle) =>
        Lines(folder.Refuted) is [var commitment, var identity, var reason, var finding] && commitment == bundle.Commitment.ToString() && identity == Identity(blob) ? new Remark(reason, finding) : null;

    /// <summary>Durable before anything is done about the finding, so that a kill in between does not have the store looked at with new eyes.</summary>
    public static void Refute(SealedFolder folder, string blob, SealedBundle bundle, Remark finding) =>
        Durable.WriteFile(folder.Refuted, $"{bundle.Commitment}\n{Identity(blob)}\n{finding.Reason}\n{finding.Message.ReplaceLineEndings(" ")}\n");

    public static void Remove(SealedFolder folder)
    {
        foreach (var mark in (string[])[folder.Proved, folder.Refuted])
        {
            if (!File.Exists(mark))
                continue;
            File.Delete(mark);
            Durable.SyncFolder(Path.GetDirectoryName(mark)!);
        }
    }

    private static string[]? Lines(string mark)
    {
        try
        {
            return File.ReadAllLines(mark);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static string Identity(string blob) =>
        FileStatus.Of(blob) is { } status ? $"{status.Inode} {status.Size} {status.Modified.Seconds}.{status.Modified.Nanoseconds}" : "";
}
