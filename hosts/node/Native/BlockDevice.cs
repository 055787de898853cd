using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Native;

/// <summary>Questions and requests to an open block device (linux/fs.h).</summary>
internal static unsafe class BlockDevice
{
    // FileStream.Length of a block device is 0 in .NET, hence BLKGETSIZE64 = _IOR(0x12, 114, size_t);
    // BLKGETDISKSEQ = _IOR(0x12, 128, __u64) since Linux 5.15 (reference/devices.md sections 1 and 4).
    private static readonly nuint GetSize = ReadRequest(0x12, 114);
    private static readonly nuint GetDiskSequence = ReadRequest(0x12, 128);

    // BLKRRPART = _IO(0x12, 95), BLKFLSBUF = _IO(0x12, 97).
    private static readonly nuint RereadPartitions = PlainRequest(0x12, 95);
    private static readonly nuint FlushBuffers = PlainRequest(0x12, 97);

    // BLKROSET = _IO(0x12, 93).
    private static readonly nuint SetReadOnlyFlag = PlainRequest(0x12, 93);

    /// <summary>Its size in bytes; null when it has no medium or does not tell.</summary>
    public static long? Size(SafeFileHandle handle) => Ask(handle, GetSize) is { } size and > 0 ? (long)size : null;

    /// <summary>The number the kernel gave this insertion of this disk, never given twice; null on kernels without it.</summary>
    public static ulong? DiskSequence(SafeFileHandle handle) => Ask(handle, GetDiskSequence);

    /// <summary>Writes out and forgets what the page cache holds of it.</summary>
    public static void Flush(SafeFileHandle handle) => _ = LibC.Control((int)handle.DangerousGetHandle(), FlushBuffers, null);

    /// <summary>
    /// Has the kernel refuse all writes to it from now on, those of a file system that is mounted read-only too; false when it would not. It outlives the
    /// handle. Or, when <paramref name="refuse"/> is false, has it admit them again. The kernel reads an int: this one is set whichever half it takes.
    /// </summary>
    public static bool SetReadOnly(SafeFileHandle handle, bool refuse = true)
    {
        var value = refuse ? 0x1_0000_0001UL : 0;
        return LibC.Control((int)handle.DangerousGetHandle(), SetReadOnlyFlag, &value) == 0;
    }

    /// <summary>
    /// Has the kernel look for partitions again and forget those it knew; false when it would not. A device that cannot have any, as most loop devices
    /// and all partitions, answers EINVAL: that is well.
    /// </summary>
    public static bool ForgetPartitions(SafeFileHandle handle) =>
        LibC.Control((int)handle.DangerousGetHandle(), RereadPartitions, null) == 0 || Marshal.GetLastPInvokeError() == LibC.EINVAL;

    private static ulong? Ask(SafeFileHandle handle, nuint request)
    {
        ulong value = 0;
        return LibC.Control((int)handle.DangerousGetHandle(), request, &value) == 0 ? value : null;
    }

    /// <summary>_IOR of eight bytes: powerpc has the direction one bit lower (asm/ioctl.h).</summary>
    private static nuint ReadRequest(uint type, uint number) =>
        (2u << (RuntimeInformation.ProcessArchitecture == Architecture.Ppc64le ? 29 : 30)) | (8u << 16) | (type << 8) | number;

    /// <summary>_IO: no direction, for which powerpc has a bit of its own.</summary>
    private static nuint PlainRequest(uint type, uint number) =>
        (RuntimeInformation.ProcessArchitecture == Architecture.Ppc64le ? 1u << 29 : 0) | (type << 8) | number;
}
