using System.Runtime.InteropServices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;
using Handcarry.Streams.Receipts;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media.Receipts;

/// <summary>
/// Puts a receipt onto the one file system that asks for it. The kernel refuses writes to everything else of the medium as before; for this one, and for the disk whose refusal
/// would count for it too (block/genhd.c, get_disk_ro), that is lifted for the moment. The file is written beside, synced and renamed, so a stick that is pulled has the receipt
/// or has none.
/// </summary>
public static class ReceiptPartition
{
    private const ulong Flags = LibC.MountNoSetUser | LibC.MountNoDevices | LibC.MountNoPrograms;
    private const string Unfinished = ".handcarry-receipt.tmp";

    /// <summary>The file systems to which receipts are written, in udev's words; each is one that the kernel finishes in good order when it is unmounted.</summary>
    public static IReadOnlyList<string> FileSystems { get; } = ["ext2", "ext3", "ext4", "vfat", "exfat"];

    /// <summary>Writes <paramref name="receipt"/>; when it returns, the medium can be pulled.</summary>
    /// <param name="device">The file system's device.</param>
    /// <param name="receipt">The file's bytes.</param>
    /// <param name="mountFolder">An existing folder to mount below for a moment.</param>
    /// <exception cref="ContentException"><see cref="Reasons.ReceiptNotWritten"/>, with what to do.</exception>
    public static void Write(BlockDeviceFacts device, ReadOnlySpan<byte> receipt, string mountFolder)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.FileSystem is not { } type || !FileSystems.Contains(type, StringComparer.Ordinal))
            throw NotWritten(device, $"its file system is {device.FileSystem ?? "not known"}, and receipts are written to {string.Join(", ", FileSystems)} alone");
        try
        {
            using var opened = InsertedDevice.Open(device);
            using var disk = device.Disk is null ? null : OpenDisk(device.Disk);
            try
            {
                BlockDevice.SetReadOnly(opened.Handle, false);
                if (disk is not null)
                    BlockDevice.SetReadOnly(disk, false);
                Write(device, opened, type, receipt, mountFolder);
            }
            finally
            {
                BlockDevice.SetReadOnly(opened.Handle, true);
                if (disk is not null)
                    BlockDevice.SetReadOnly(disk, true);
            }
        }
        catch (ContentException e) when (e.Reason != Reasons.ReceiptNotWritten)
        {
            throw NotWritten(device, e.Message.TrimEnd('.'), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(device, e.HResult == LibC.ENOSPC ? "there is no room on it" : e.Message.TrimEnd('.'), e);
        }
    }

    private static SafeFileHandle? OpenDisk(string node)
    {
        var descriptor = LibC.Open(node, LibC.ReadOnly | LibC.CloseOnExec | LibC.NoFollow);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void Write(BlockDeviceFacts device, InsertedDevice opened, string type, ReadOnlySpan<byte> receipt, string mountFolder)
    {
        var point = Directory.CreateDirectory(Path.Combine(mountFolder, Guid.NewGuid().ToString("n"))).FullName;
        try
        {
            // A driver that finds damage stops writing, instead of the kernel's stopping altogether.
            var options = type is "exfat" ? "" : "errors=remount-ro";
            if (LibC.Mount($"/proc/self/fd/{opened.Handle.DangerousGetHandle()}", point, type, Flags, options) != 0)
            {
                throw NotWritten(device, Marshal.GetLastPInvokeError() switch
                {
                    LibC.EROFS or LibC.EACCES => "it is protected against writing; if it has a switch, move that, and insert it again",
                    var error => $"the kernel does not mount its {type} for writing: {LibC.Describe(error)}",
                });
            }

            try
            {
                opened.MakeSure();
                Put(point, receipt);
            }
            finally
            {
                // Not detached: what was written shall be on the medium when this is over.
                if (LibC.Unmount(point, LibC.UnmountNoFollow) != 0)
                    _ = LibC.Unmount(point, LibC.UnmountDetached | LibC.UnmountNoFollow);
            }
        }
        finally
        {
            Directory.Delete(point);
        }
    }

    // Links are never followed: one is made new, the other replaced by its name.
    private static void Put(string point, ReadOnlySpan<byte> receipt)
    {
        var unfinished = Path.Combine(point, Unfinished);
        File.Delete(unfinished);
        try
        {
            using var file = File.OpenHandle(unfinished, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(file, receipt, 0);
            RandomAccess.FlushToDisk(file);
        }
        catch (IOException)
        {
            File.Delete(unfinished);
            throw;
        }

        File.Move(unfinished, Path.Combine(point, ReceiptRequest.ReceiptFileName), overwrite: true);
        var top = LibC.Open(point, LibC.ReadOnly | LibC.OnlyFolder | LibC.CloseOnExec);
        if (top < 0)
            throw new IOException(LibC.LastError());
        var synced = LibC.SyncFileSystem(top);
        var error = Marshal.GetLastPInvokeError();
        _ = LibC.Close(top);
        if (synced != 0)
            throw new IOException(LibC.Describe(error));
    }

    private static ContentException NotWritten(BlockDeviceFacts device, string why, Exception? cause = null) =>
        new(Reasons.ReceiptNotWritten, $"The receipt is not on {device.Node}: {why}. It is written when the stick is inserted again.", cause);
}
