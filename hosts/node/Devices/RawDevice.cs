using System.Runtime.InteropServices;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Devices;

/// <summary>
/// A block device opened with O_EXCL, which the kernel refuses while anything else claims the disk and which keeps others from mounting it, and with
/// O_DIRECT: a write returns when the device has taken it, so progress is true, an error has its offset, the page cache stays the others' and what
/// is read back comes from the device.
/// </summary>
public sealed class RawDevice : IRawDevice
{
    private readonly SafeFileHandle _handle;

    private RawDevice(SafeFileHandle handle, int blockSize, long size)
    {
        _handle = handle;
        BlockSize = blockSize;
        Size = size;
    }

    /// <inheritdoc/>
    public int BlockSize { get; }

    /// <inheritdoc/>
    public long Size { get; }

    /// <summary>Opens the device, and makes sure that it is still the one that was judged.</summary>
    /// <exception cref="ContentException">
    /// <see cref="DeviceReasons.DeviceInUse"/>, <see cref="DeviceReasons.DeviceReadOnly"/>, <see cref="DeviceReasons.DeviceChanged"/>,
    /// <see cref="Reasons.WriteFailed"/>.
    /// </exception>
    public static RawDevice Open(DeviceFacts facts)
    {
        var descriptor = LibC.Open(facts.Path, LibC.ReadWrite | LibC.Exclusive | LibC.Direct | LibC.CloseOnExec);
        if (descriptor < 0)
            throw Refused(facts.Path, Marshal.GetLastPInvokeError());
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var same = FileStatus.Of(handle) is { IsBlockDevice: true } status && (status.DeviceMajor, status.DeviceMinor) == (facts.Major, facts.Minor)
            && BlockDevice.Size(handle) == facts.Size
            && (facts.Sequence is not { } judged || BlockDevice.DiskSequence(handle) is not { } now || judged == now);
        if (same)
            return new RawDevice(handle, facts.BlockSize, facts.Size);
        handle.Dispose();
        throw new ContentException(DeviceReasons.DeviceChanged, $"{facts.Path} is not the medium any more that was looked at. Nothing was written; try again.");
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> piece, long offset, CancellationToken ct) => RandomAccess.WriteAsync(_handle, piece, offset, ct);

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken ct) => RandomAccess.ReadAsync(_handle, buffer, offset, ct);

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        var error = await Task.Run(() => LibC.Sync((int)_handle.DangerousGetHandle()) == 0 ? 0 : Marshal.GetLastPInvokeError(), ct);
        if (error != 0)
            throw new IOException(LibC.Describe(error), error);
        BlockDevice.Flush(_handle);
    }

    /// <inheritdoc/>
    public bool ForgetPartitions() => BlockDevice.ForgetPartitions(_handle);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static ContentException Refused(string path, int error) => error switch
    {
        LibC.EBUSY => new(DeviceReasons.DeviceInUse, $"{path} is in use: the kernel says that it is mounted or held by another program, perhaps in a container. Free it, then try again."),
        LibC.EROFS => new(DeviceReasons.DeviceReadOnly, $"{path} is read-only. Look for a switch on the medium, or take another."),
        LibC.ENXIO or LibC.ENODEV or LibC.ENOENT or LibC.ENOMEDIUM => new(DeviceReasons.DeviceChanged, $"{path} has gone. Plug it in again."),
        LibC.EACCES or LibC.EPERM => new(Reasons.WriteFailed, $"You may not write to {path}: {LibC.Describe(error)}. Run the command as root."),
        _ => new(Reasons.WriteFailed, $"{path} cannot be opened for writing: {LibC.Describe(error)}. Take another medium."),
    };
}
