using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Media;

/// <summary>What tells one content from another as far as the kernel knows: as long as it is equal, the medium has not been changed.</summary>
/// <param name="Device">Device number of a block device, or of the file system of a file.</param>
/// <param name="Sequence">The disk sequence number, or the inode of a file.</param>
/// <param name="Size">Length in bytes, more than 0.</param>
/// <param name="Modified">Last modification of a file, in nanoseconds; 0 for a block device.</param>
/// <param name="Born">Creation of a file, in nanoseconds, where its file system keeps it; 0 for a block device.</param>
internal sealed record MediumKey(ulong Device, ulong Sequence, long Size, long Modified, long Born)
{
    public static MediumKey OfFile(in FileStatus status) =>
        new(Number(status.FileSystemMajor, status.FileSystemMinor), status.Inode, (long)status.Size, status.Modified.Ticks, status.Born.Ticks);

    /// <summary>Kernels before 5.15 have no disk sequence; there the inode of the node stands in, which devtmpfs makes anew for each disk.</summary>
    public static MediumKey OfDevice(in FileStatus status, ulong? diskSequence, long size) =>
        new(Number(status.DeviceMajor, status.DeviceMinor), diskSequence ?? status.Inode, size, 0, 0);

    private static ulong Number(uint major, uint minor) => ((ulong)major << 32) | minor;
}
