using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>Turns what the file system says while a bundle is made into what the engineer can act on.</summary>
internal static class WriteErrors
{
    /// <summary>Of a write that failed.</summary>
    /// <param name="e">What the file system said.</param>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where in the file, in bytes, when it is known.</param>
    public static ContentException Of(Exception e, string path, long? offset = null)
    {
        var where = offset is null ? path : $"{path} at byte {offset}";
        return (e.HResult & 0xFFFF) is Posix.NoSpace or Posix.QuotaExceeded
            ? new(Reasons.NoSpace, $"{where} cannot be written: no space is left. Free space and run the same command again; it goes on from there.", e)
            : new(Reasons.WriteFailed, $"{where} cannot be written: {e.Message.TrimEnd('.')}. Check that the file system is writable and healthy.", e);
    }
}
