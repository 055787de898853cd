using System.Runtime.InteropServices;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>
/// The top folder of a file system on a device. It is mounted, opened and unmounted again at once (MNT_DETACH): no path leads to it any more, and the kernel
/// lets go of it when the last file opened in it is closed, be it because the agent was killed (umount2(2)).
/// </summary>
internal sealed class Volume : IDisposable
{
    private const ulong Flags = LibC.MountReadOnly | LibC.MountNoSetUser | LibC.MountNoDevices | LibC.MountNoPrograms;

    private readonly string _name;

    private Volume(SafeFileHandle top, string name) => (Top, _name) = (top, name);

    /// <summary>The folder.</summary>
    public SafeFileHandle Top { get; }

    /// <summary>Mounts what is on <paramref name="device"/>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="type">Type of the file system as udev calls it.</param>
    /// <param name="folder">An existing folder to mount on for a moment.</param>
    /// <param name="name">What the device is called in messages.</param>
    /// <exception cref="ContentException"><see cref="VolumeReasons.FileSystemUnknown"/>, <see cref="VolumeReasons.MountFailed"/>, DeviceChanged.</exception>
    public static Volume Mount(InsertedDevice device, string type, string folder, string name)
    {
        var (driver, options) = FileSystemType.Of(type);
        var point = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("n"))).FullName;
        try
        {
            // Not by the name of its node, which may be another's by now.
            var source = $"/proc/self/fd/{device.Handle.DangerousGetHandle()}";
            if (LibC.Mount(source, point, driver, Flags, options) != 0)
                throw Refused(Marshal.GetLastPInvokeError(), type, name);
            var top = LibC.Open(point, LibC.ReadOnly | LibC.OnlyFolder | LibC.CloseOnExec);
            var error = Marshal.GetLastPInvokeError();
            _ = LibC.Unmount(point, LibC.UnmountDetached | LibC.UnmountNoFollow);
            if (top < 0)
                throw Refused(error, type, name);
            var volume = new Volume(new SafeFileHandle(top, ownsHandle: true), name);
            try
            {
                device.MakeSure();
                return volume;
            }
            catch
            {
                volume.Dispose();
                throw;
            }
        }
        finally
        {
            Directory.Delete(point);
        }
    }

    /// <summary>Opens a regular file in it; anything else is refused without opening it, for opening a pipe waits and a device may do something.</summary>
    /// <exception cref="ContentException"><see cref="VolumeReasons.NotAFile"/>, <see cref="Reasons.ReadFailed"/>.</exception>
    public SafeFileHandle OpenFile(string file, int flags)
    {
        if (FileStatus.Of(Top, file) is { IsRegularFile: false } other)
            throw NotAFile(file, other.Type);
        var descriptor = LibC.OpenAt((int)Top.DangerousGetHandle(), file, LibC.ReadOnly | LibC.NoFollow | LibC.NonBlocking | LibC.CloseOnExec | flags);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new ContentException(Reasons.ReadFailed, $"{file} on {_name} cannot be opened: {LibC.Describe(error)}. Insert the medium again; if this repeats, write it again.", new IOException(null, error));
        }
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // A file system can change what a name stands for while it is read.
        if (FileStatus.Of(handle) is { IsRegularFile: true })
            return handle;
        handle.Dispose();
        throw NotAFile(file, FileStatus.Of(Top, file)?.Type ?? 0);
    }

    public ContentException NotAFile(string file, int type) =>
        new(VolumeReasons.NotAFile, $"{file} on {_name} is {KindOf(type)}; only a regular file is read. Copy the bundle there itself.");

    public void Dispose() => Top.Dispose();

    private static string KindOf(int type) => type switch
    {
        FileStatus.SymbolicLink => "a symbolic link",
        FileStatus.Folder => "a folder",
        FileStatus.Fifo => "a pipe",
        FileStatus.CharacterDevice or FileStatus.BlockDevice => "a device",
        _ => "something else than a file",
    };

    private static ContentException Refused(int error, string type, string name) => error switch
    {
        LibC.ENODEV => new(VolumeReasons.FileSystemUnknown, $"This kernel cannot read {type}, the file system of {name}. Write the bundle raw with `handcarry write`, or to a stick formatted as ext4 or xfs."),
        LibC.EPERM or LibC.EACCES => new(VolumeReasons.MountFailed, $"The agent may not mount {name} ({type}): {LibC.Describe(error)}. It needs CAP_SYS_ADMIN."),
        LibC.EIO or LibC.ENXIO or LibC.ENOMEDIUM => new(VolumeReasons.MountFailed, $"{name} ({type}) cannot be read: {LibC.Describe(error)}. It was pulled out or is damaged: insert it again, or make another."),
        _ => new(VolumeReasons.MountFailed, $"The kernel does not mount {name} ({type}): {LibC.Describe(error)}. The file system is damaged or of a newer kind: write the bundle again, raw with `handcarry write` if this repeats."),
    };
}
