using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Streams.Content;

/// <summary>The calls of the C library that .NET does not offer: fsync of a folder, starting write-back early, setting space aside in a file that exists, the length of a device, the space that a file takes.</summary>
internal static partial class Posix
{
    /// <summary>errno values as Linux numbers them (asm-generic/errno-base.h, errno.h); .NET puts them into IOException.HResult.</summary>
    public const int NoSpace = 28, FileTooLarge = 27, QuotaExceeded = 122;

    // asm-generic/fcntl.h; O_DIRECTORY differs on arm and powerpc, and O_RDONLY alone opens a folder just as well.
    private const int OpenReadOnlyCloseOnExec = 0x80000;
    private const uint SyncFileRangeWrite = 2;

    /// <summary>Makes names that were added to, or renamed into, a folder survive a power cut.</summary>
    public static void SyncFolder(string folder)
    {
        using var handle = Open(folder, OpenReadOnlyCloseOnExec);
        if (handle.IsInvalid || Fsync(handle) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw new IOException($"Cannot sync the folder {folder}: {Marshal.GetPInvokeErrorMessage(errno)}.", errno);
        }
    }

    /// <summary>
    /// Starts writing a range of a file to the disk without waiting, so that the fsync at its end has little left to do. A hint: where
    /// the file system does not know it, nothing happens.
    /// </summary>
    public static void StartWriteBack(SafeFileHandle file, long offset, long length) =>
        _ = SyncFileRange(file, offset, length, SyncFileRangeWrite);

    /// <summary>Sets space aside for the first <paramref name="length"/> bytes of a file; what is in it stays. Returns 0 or an errno.</summary>
    /// <remarks>Not posix_fallocate: where the file system cannot, that one writes to every block.</remarks>
    public static int Allocate(SafeFileHandle file, long length) =>
        Fallocate(file, 0, 0, length) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Bytes of a file or a device; .NET asks fstat, which says 0 for devices.</summary>
    public static long LengthOf(SafeFileHandle file)
    {
        const int seekEnd = 2;
        var length = Seek(file, 0, seekEnd);
        if (length >= 0)
            return length;
        var errno = Marshal.GetLastPInvokeError();
        throw new IOException($"Its length cannot be found out: {Marshal.GetPInvokeErrorMessage(errno)}.", errno);
    }

    /// <summary>Bytes of disk that a file takes or has set aside, whatever its length; 0 when it is not there.</summary>
    public static unsafe long SpaceOf(string path)
    {
        // struct statx (linux/stat.h) has one layout on every architecture; stx_blocks counts 512 bytes each.
        const int currentFolder = -100, size = 256, blocksAt = 48, blockSize = 512;
        const uint blocks = 0x400;
        var status = stackalloc byte[size];
        return Statx(currentFolder, path, 0, blocks, status) == 0 ? *(long*)(status + blocksAt) * blockSize : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);
}
