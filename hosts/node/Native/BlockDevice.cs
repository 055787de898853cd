using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Native;

/// <summary>Questions to an open block device (linux/fs.h).</summary>
internal static unsafe class BlockDevice
{
    // FileStream.Length of a block device is 0 in .NET, hence BLKGETSIZE64 = _IOR(0x12, 114, size_t);
    // BLKGETDISKSEQ = _IOR(0x12, 128, __u64) since Linux 5.15 (reference/devices.md sections 1 and 4).
    private static readonly nuint GetSize = ReadRequest(0x12, 114);
    private static readonly nuint GetDiskSequence = ReadRequest(0x12, 128);

    /// <summary>Its size in bytes; null when it has no medium or does not tell.</summary>
    public static long? Size(SafeFileHandle handle) => Ask(handle, GetSize) is { } size and > 0 ? (long)size : null;

    /// <summary>The number the kernel gave this insertion of this disk, never given twice; null on kernels without it.</summary>
    public static ulong? DiskSequence(SafeFileHandle handle) => Ask(handle, GetDiskSequence);

    private static ulong? Ask(SafeFileHandle handle, nuint request)
    {
        ulong value = 0;
        return LibC.Control((int)handle.DangerousGetHandle(), request, &value) == 0 ? value : null;
    }

    /// <summary>_IOR of eight bytes: powerpc has the direction one bit lower (asm/ioctl.h).</summary>
    private static nuint ReadRequest(uint type, uint number) =>
        (2u << (RuntimeInformation.ProcessArchitecture == Architecture.Ppc64le ? 29 : 30)) | (8u << 16) | (type << 8) | number;
}
