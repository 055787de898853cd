using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// Remembers that a store was proved against a bundle, as a file beside its mount. It counts for the very file that was proved: another one under the same name, or one that was written to since, is
/// proved again.
/// </summary>
internal static class ProofMark
{
    public static bool Holds(SealedFolder folder, string blob, SealedBundle? bundle)
    {
        try
        {
            var lines = File.ReadAllLines(folder.Proved);
            return lines.Length == 2 && (bundle is null || lines[0] == bundle.Commitment.ToString()) && lines[1] == Identity(blob);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    public static void Write(SealedFolder folder, string blob, SealedBundle bundle) => Durable.WriteFile(folder.Proved, $"{bundle.Commitment}\n{Identity(blob)}\n");

    public static void Remove(SealedFolder folder)
    {
        if (!File.Exists(folder.Proved))
            return;
        File.Delete(folder.Proved);
        Durable.SyncFolder(Path.GetDirectoryName(folder.Proved)!);
    }

    private static string Identity(string blob) =>
        FileStatus.Of(blob) is { } status ? $"{status.Inode} {status.Size} {status.Modified.Seconds}.{status.Modified.Nanoseconds}" : "";
}
