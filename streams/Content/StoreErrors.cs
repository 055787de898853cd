namespace Handcarry.Streams.Content;

/// <summary>Turns what the file system says into what the person who runs the node can act on.</summary>
internal static class StoreErrors
{
    public static ContentException Translate(Exception e, string folder, BlobSpec spec, long missing)
    {
        var free = FreeBytes(folder);
        // A failed preallocation carries no errno (dotnet/runtime, SafeFileHandle.Unix.cs), so free space decides there.
        if (e.HResult is Posix.NoSpace or Posix.QuotaExceeded || (e is IOException && free < missing))
        {
            return new ContentException(
                Reasons.NoSpace,
                $"No space for blob {spec.Digest} in {folder}: {missing} bytes are needed, {free} are free. Free space on that file system.",
                e) { Digest = spec.Digest };
        }
        var why = e.HResult == Posix.FileTooLarge ? "the file system cannot hold a file that large" : e.Message.TrimEnd('.');
        return new ContentException(
            Reasons.WriteFailed,
            $"Cannot keep blob {spec.Digest} in {folder}: {why}. Check that the file system is writable and healthy.",
            e) { Digest = spec.Digest };
    }

    private static long FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }
}
