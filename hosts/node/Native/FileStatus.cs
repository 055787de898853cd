using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Native;

/// <summary>
/// struct statx (linux/stat.h). It has one layout on every architecture, unlike struct stat, and tells the time of birth.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    [FieldOffset(20)] public uint Owner;
    [FieldOffset(24)] public uint Group;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public ulong Size;
    [FieldOffset(80)] public StatusTime Born;
    [FieldOffset(96)] public StatusTime Changed;
    [FieldOffset(112)] public StatusTime Modified;
    [FieldOffset(128)] public uint DeviceMajor;
    [FieldOffset(132)] public uint DeviceMinor;
    [FieldOffset(136)] public uint FileSystemMajor;
    [FieldOffset(140)] public uint FileSystemMinor;

    /// <summary>Types of files (linux/stat.h).</summary>
    public const int Fifo = 0x1000, CharacterDevice = 0x2000, Folder = 0x4000, BlockDevice = 0x6000, RegularFile = 0x8000, SymbolicLink = 0xA000;

    private const int TypeMask = 0xF000;
    private const int NoFollow = 0x100, EmptyPath = 0x1000;
    private const uint BasicAndBirth = 0xFFF;

    /// <summary>One of the types above, or another one.</summary>
    public readonly int Type => Mode & TypeMask;

    /// <summary>The mode without the type: rights, set-user-id, set-group-id, sticky.</summary>
    public readonly uint Permissions => (uint)Mode & 0xFFF;

    public readonly bool IsBlockDevice => Type == BlockDevice;

    public readonly bool IsFolder => Type == Folder;

    public readonly bool IsRegularFile => Type == RegularFile;

    /// <summary>What is at <paramref name="path"/> itself, a symbolic link not followed; null when it cannot be had.</summary>
    public static unsafe FileStatus? Of(string path)
    {
        FileStatus status;
        return LibC.Stat(LibC.CurrentDirectory, path, NoFollow, BasicAndBirth, &status) == 0 ? status : null;
    }

    /// <summary>What is called <paramref name="name"/> in an open folder, a symbolic link not followed; null when it cannot be had.</summary>
    public static unsafe FileStatus? Of(SafeFileHandle folder, string name)
    {
        FileStatus status;
        return LibC.Stat((int)folder.DangerousGetHandle(), name, NoFollow, BasicAndBirth, &status) == 0 ? status : null;
    }

    /// <summary>What <paramref name="handle"/> is open on; null when it cannot be had.</summary>
    public static unsafe FileStatus? Of(SafeFileHandle handle)
    {
        FileStatus status;
        return LibC.Stat((int)handle.DangerousGetHandle(), "", EmptyPath, BasicAndBirth, &status) == 0 ? status : null;
    }

    /// <summary>struct statx_timestamp.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    public struct StatusTime
    {
        public long Seconds;
        public uint Nanoseconds;

        /// <summary>Nanoseconds since 1970, good until the year 2262.</summary>
        public readonly long Ticks => (Seconds * 1_000_000_000) + Nanoseconds;
    }
}
