using System.Runtime.InteropServices;
using System.Text;

namespace Handcarry.Hosts.Node.Native;

/// <summary>The calls of the C library that .NET does not offer. Numbers are those of the Linux headers named beside them.</summary>
internal static unsafe partial class LibC
{
    /// <summary>fcntl.h.</summary>
    public const int CurrentDirectory = -100;
    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    /// <summary>errno.h.</summary>
    public const int EPERM = 1, ENOENT = 2, EINTR = 4, EIO = 5, ENXIO = 6, EAGAIN = 11, EACCES = 13, EBUSY = 16, EXDEV = 18, ENODEV = 19, ENOTDIR = 20, EINVAL = 22;

    /// <summary>errno.h.</summary>
    public const int ENOSPC = 28, EROFS = 30, ERANGE = 34, ENOSYS = 38, ELOOP = 40, ENODATA = 61, ENOTSUP = 95, ENOBUFS = 105, ENOMEDIUM = 123;

    /// <summary>linux/fs.h, for renameat2(2).</summary>
    public const uint RenameNoReplace = 1, RenameExchange = 2;

    /// <summary>fcntl.h, for posix_fadvise(2); the same on all 64-bit platforms but s390x, where only the value of DONTNEED differs.</summary>
    public const int AdviceSequential = 2;

    /// <summary>sys/mount.h: how a file system is mounted, and that unmounting waits for nobody.</summary>
    public const ulong MountReadOnly = 1, MountNoSetUser = 2, MountNoDevices = 4, MountNoPrograms = 8;
    public const int UnmountDetached = 2, UnmountNoFollow = 8;

    /// <summary>linux/mount.h: FSOPEN_CLOEXEC and FSMOUNT_CLOEXEC, and the commands of fsconfig(2).</summary>
    public const int FileSystemCloseOnExec = 1, SetFlag = 0, SetText = 1, CreateFileSystem = 6;

    /// <summary>sys/resource.h, for setpriority(2).</summary>
    public const int PriorityOfProcess = 0;

    /// <summary>linux/ioprio.h: the class of those who get the disk when nobody else wants it; the least of the class that all are in unless they ask otherwise, and its middle.</summary>
    public const int IdleDiskPriority = 3 << 13, LeastDiskPriority = (2 << 13) | 7, UsualDiskPriority = (2 << 13) | 4;

    private const string Library = "libc";

    /// <summary>O_NOFOLLOW: arm and powerpc keep their own number for it (arch/*/include/uapi/asm/fcntl.h).</summary>
    public static int NoFollow { get; } =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Ppc64le ? 0x8000 : 0x20000;

    /// <summary>O_DIRECT: as with O_NOFOLLOW.</summary>
    public static int Direct { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.Arm64 => 0x10000,
        Architecture.Ppc64le => 0x20000,
        _ => 0x4000,
    };

    /// <summary>O_DIRECTORY, which moves with O_NOFOLLOW.</summary>
    public static int OnlyFolder { get; } =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Ppc64le ? 0x4000 : 0x10000;

    /// <summary>POSIX_FADV_DONTNEED (linux/fadvise.h).</summary>
    public static int AdviceDontNeed { get; } = RuntimeInformation.ProcessArchitecture == Architecture.S390x ? 6 : 4;

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int folder, byte* name, int flags);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int descriptor, int operation);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int descriptor);

    [LibraryImport(Library, EntryPoint = "syncfs", SetLastError = true)]
    public static partial int SyncFileSystem(int descriptor);

    [LibraryImport(Library, EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Stat(int folder, string path, int flags, uint mask, FileStatus* status);

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(int folder, string name, int flags);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    public static partial int StatAt(int folder, byte* name, int flags, uint mask, FileStatus* status);

    [LibraryImport(Library, EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(int folder, byte* name, byte* target, nuint size);

    [LibraryImport(Library, EntryPoint = "fchmodat", SetLastError = true)]
    public static partial int ChangeModeAt(int folder, byte* name, uint mode, int flags);

    [LibraryImport(Library, EntryPoint = "fdopendir", SetLastError = true)]
    public static partial nint OpenListing(int descriptor);

    [LibraryImport(Library, EntryPoint = "readdir", SetLastError = true)]
    public static partial byte* ReadListing(nint listing);

    [LibraryImport(Library, EntryPoint = "closedir", SetLastError = true)]
    public static partial int CloseListing(nint listing);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int descriptor, long offset, int from);

    [LibraryImport(Library, EntryPoint = "flistxattr", SetLastError = true)]
    public static partial nint ListAttributes(int descriptor, byte* names, nuint size);

    [LibraryImport(Library, EntryPoint = "llistxattr", SetLastError = true)]
    public static partial nint ListAttributes(byte* path, byte* names, nuint size);

    [LibraryImport(Library, EntryPoint = "lgetxattr", SetLastError = true)]
    public static partial nint GetAttribute(byte* path, byte* name, byte* value, nuint size);

    [LibraryImport(Library, EntryPoint = "lsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetAttribute(string path, string name, byte* value, nuint size, int flags);

    [LibraryImport(Library, EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint owner, uint group);

    [LibraryImport(Library, EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeNode(string path, uint mode, ulong device);

    [LibraryImport(Library, EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string source, string target, string type, ulong flags, string options);

    [LibraryImport(Library, EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);

    [LibraryImport(Library, EntryPoint = "umask")]
    public static partial uint SetFileMask(uint mask);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, ulong* value);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(int descriptor, int command, int argument);

    [LibraryImport(Library, EntryPoint = "posix_fadvise")]
    public static partial int Advise(int descriptor, long offset, long length, int advice);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint value, int flags);

    [LibraryImport(Library, EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int InotifyInit(int flags);

    [LibraryImport(Library, EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int InotifyAddWatch(int descriptor, string path, uint mask);

    /// <summary>The number of this thread.</summary>
    [LibraryImport(Library, EntryPoint = "gettid")]
    public static partial int ThreadNumber();

    /// <summary>Of this thread, when <paramref name="who"/> is 0.</summary>
    [LibraryImport(Library, EntryPoint = "setpriority", SetLastError = true)]
    public static partial int SetPriority(int which, int who, int priority);

    /// <summary>ioprio_set(2) for a thread by its number; the C library has no function for it.</summary>
    public static int SetDiskPriority(int thread, int priority) => (int)SystemCall(IoPrioritySet, 1, thread, priority);

    /// <summary>fsopen(2): what is to be a mounted file system of a type. Of this and the next two the numbers are the same everywhere (asm-generic/unistd.h); the C library has functions for them since 2.36.</summary>
    public static int OpenFileSystem(string type, int flags)
    {
        fixed (byte* name = Terminated(type))
            return (int)SystemCall(430, (nint)name, flags, 0);
    }

    /// <summary>fsconfig(2).</summary>
    public static int ConfigureFileSystem(int context, int command, string? key, string? value)
    {
        fixed (byte* name = Terminated(key), text = Terminated(value))
            return (int)SystemCall(431, context, command, (nint)name, (nint)text, 0);
    }

    /// <summary>fsmount(2).</summary>
    public static int MountFileSystem(int context, int flags, int attributes) => (int)SystemCall(432, context, flags, attributes);

    /// <summary>The system's words for the error of the last call, with its number.</summary>
    public static string LastError() => Describe(Marshal.GetLastPInvokeError());

    /// <summary>The system's words for <paramref name="error"/>, with its number.</summary>
    public static string Describe(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} (errno {error})";

    /// <summary>getdents64(2): entries of an open folder from where the descriptor stands; glibc has a function for it since 2.30 only.</summary>
    public static int ReadFolder(int descriptor, byte* entries, int size) => (int)SystemCall(GetEntries, descriptor, (nint)entries, size);

    /// <summary>asm/unistd.h.</summary>
    private static nint GetEntries { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 217,
        Architecture.S390x => 220,
        Architecture.Ppc64le => 202,
        _ => 61,
    };

    /// <summary>asm/unistd.h.</summary>
    private static nint IoPrioritySet { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 251,
        Architecture.S390x => 282,
        Architecture.Ppc64le => 273,
        _ => 30,
    };

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth, nint fifth);

    private static byte[]? Terminated(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text + '\0');

    /// <summary>struct pollfd (poll.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted, Seen;
    }
}
