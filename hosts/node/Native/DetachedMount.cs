using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Native;

/// <summary>
/// A squashfs, mounted read-only by a loop device of its own at no place that anybody else sees. Both belong to open descriptors alone: whatever happens to this process, nothing of them stays.
/// </summary>
internal sealed unsafe class DetachedMount : IDisposable
{
    // linux/loop.h: two requests, two flags, and where in struct loop_config (304 bytes) the descriptor of the file is, and offset, limit and flags of struct loop_info64 in it.
    private const nuint GetFreeLoop = 0x4C82, ConfigureLoop = 0x4C0A;
    private const uint LoopReadOnly = 1, LoopEndsByItself = 4;
    private const int LoopConfigSize = 304, AtFile = 0, AtOffset = 8 + 24, AtLimit = 8 + 32, AtFlags = 8 + 52;

    // Somebody else may take the free one first.
    private const int LoopTries = 8;

    private readonly SafeFileHandle _mount;

    private DetachedMount(SafeFileHandle mount) => _mount = mount;

    /// <summary>Its top folder, for this process and as long as this is not disposed.</summary>
    public string Path => $"/proc/self/fd/{Number(_mount)}";

    /// <summary>Mounts <paramref name="size"/> bytes of a file or block device from <paramref name="offset"/> on; null where that is not to be had: without the right to, or before Linux 5.8, which has LOOP_CONFIGURE.</summary>
    public static DetachedMount? TryOpen(string file, long offset, long size)
    {
        using var content = Owned(LibC.Open(file, LibC.ReadOnly | LibC.CloseOnExec));
        using var loop = content.IsInvalid ? content : OpenLoop(content, offset, size, out file);
        if (loop.IsInvalid)
            return null;
        using var context = Owned(LibC.OpenFileSystem("squashfs", LibC.FileSystemCloseOnExec));
        if (context.IsInvalid
            || LibC.ConfigureFileSystem(Number(context), LibC.SetText, "source", file) != 0
            || LibC.ConfigureFileSystem(Number(context), LibC.SetFlag, "ro", null) != 0
            || LibC.ConfigureFileSystem(Number(context), LibC.CreateFileSystem, null, null) != 0)
            return null;
        const int Attributes = (int)(LibC.MountReadOnly | LibC.MountNoSetUser | LibC.MountNoDevices | LibC.MountNoPrograms);
        var mount = Owned(LibC.MountFileSystem(Number(context), LibC.FileSystemCloseOnExec, Attributes));
        return mount.IsInvalid ? null : new DetachedMount(mount);
    }

    /// <inheritdoc/>
    public void Dispose() => _mount.Dispose();

    private static SafeFileHandle OpenLoop(SafeFileHandle content, long offset, long size, out string path)
    {
        path = "";
        using var control = Owned(LibC.Open("/dev/loop-control", LibC.ReadWrite | LibC.CloseOnExec));
        for (var i = 0; i < LoopTries && !control.IsInvalid; i++)
        {
            var number = LibC.Control(Number(control), GetFreeLoop, null);
            if (number < 0)
                break;
            path = $"/dev/loop{number}";
            var device = Owned(LibC.Open(path, LibC.ReadOnly | LibC.CloseOnExec));
            if (!device.IsInvalid && Configure(device, content, offset, size))
                return device;
            device.Dispose();
        }
        return Owned(-1);
    }

    private static bool Configure(SafeFileHandle device, SafeFileHandle content, long offset, long size)
    {
        Span<byte> config = stackalloc byte[LoopConfigSize];
        config.Clear();
        MemoryMarshal.Write(config[AtFile..], (uint)Number(content));
        MemoryMarshal.Write(config[AtOffset..], offset);
        MemoryMarshal.Write(config[AtLimit..], size);
        MemoryMarshal.Write(config[AtFlags..], LoopReadOnly | LoopEndsByItself);
        fixed (byte* start = config)
            return LibC.Control(Number(device), ConfigureLoop, (ulong*)start) == 0;
    }

    private static SafeFileHandle Owned(int descriptor) => new(descriptor, ownsHandle: true);

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}
