using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>Small files beside a bundle that are there as a whole or not at all, whenever the power goes.</summary>
internal static class DurableFile
{
    /// <summary>Writes one, in the place of one that is there.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.WriteFailed"/>.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }
            File.Move(path + ".new", path, overwrite: true);
            Posix.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentException(Reasons.WriteFailed, $"{path} cannot be written: {e.Message}", e);
        }
    }
}
