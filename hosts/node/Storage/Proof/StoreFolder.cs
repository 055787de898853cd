using System.Runtime.InteropServices;
using System.Text;
using Handcarry.Hosts.Node.Native;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// An open folder of a store that is not trusted. Everything is reached from it one name at a time and no symbolic link is ever followed, so
/// nothing in the store can lead out of it; openat2 would do the same in one call, but kernel 4.18 lacks it. Names are bytes, kept as Latin-1 text: one character each.
/// </summary>
internal sealed unsafe class StoreFolder : IDisposable
{
    private const int MaxLink = 4096, MaxAttributes = 64 << 10, ListingBuffer = 16 << 10;
    // NAME_MAX (limits.h) with room for the kernel's link to a folder.
    private const int ShortName = 320;
    private const int SymbolicLinkNotFollowed = 0x100;
    private const uint BasicStatus = 0x7FF;

    private readonly SafeFileHandle _handle;
    private readonly bool _privateCopy;
    private string? _link;

    private StoreFolder(SafeFileHandle handle, bool privateCopy) => (_handle, _privateCopy) = (handle, privateCopy);

    private int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Opens the top of a store; <see cref="IOException"/> when that is not possible.</summary>
    public static StoreFolder Open(StoreView store) =>
        new(Opened(LibC.Open(store.Path, LibC.ReadOnly | LibC.OnlyFolder | LibC.CloseOnExec), store.Path), !store.OwnersKnown);

    /// <summary>Opens the folder at <paramref name="path"/>, names separated by single slashes; empty for this folder once more.</summary>
    public StoreFolder OpenFolder(string path)
    {
        if (!path.Contains('/', StringComparison.Ordinal))
            return OpenOne(path.Length == 0 ? "." : path);
        var folder = OpenOne(".");
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var above = folder;
            folder = above.OpenOne(name);
        }
        return folder;
    }

    /// <summary>Opens a regular file; anything else is refused without opening it, for opening a device may do something.</summary>
    public SafeFileHandle OpenFile(string name) => OpenFile(name, out _);

    /// <summary>The same, with its bytes.</summary>
    public SafeFileHandle OpenFile(string name, out long size)
    {
        if (StatusOf(name) is not { } status)
            throw new IOException("it is not there");
        if (!status.IsRegularFile)
            throw new IOException("it is not a regular file");
        size = (long)status.Size;
        return OpenAt(name, LibC.NonBlocking, status);
    }

    /// <summary>What is at <paramref name="name"/>; null when nothing is.</summary>
    public FileStatus? StatusOf(string name)
    {
        FileStatus status;
        fixed (byte* bytes = Bytes(name, stackalloc byte[ShortName]))
        {
            if (LibC.StatAt(Descriptor, bytes, SymbolicLinkNotFollowed, BasicStatus, &status) == 0)
                return status;
        }
        return Marshal.GetLastPInvokeError() == LibC.ENOENT ? null : throw Failure();
    }

    /// <summary>Where a symbolic link points to.</summary>
    public string LinkOf(string name)
    {
        var target = stackalloc byte[MaxLink];
        fixed (byte* bytes = Bytes(name, stackalloc byte[ShortName]))
        {
            var length = LibC.ReadLinkAt(Descriptor, bytes, target, MaxLink);
            return length >= 0 ? Encoding.Latin1.GetString(target, (int)length) : throw Failure();
        }
    }

    /// <summary>The names in it, "." and ".." left out, in no order; above <paramref name="limit"/> an <see cref="IOException"/>. For one caller at a time.</summary>
    public List<string> Names(int limit)
    {
        // struct linux_dirent64 (getdents64(2)): the length of the entry at byte 16, the name from byte 19 to a zero.
        const int LengthOffset = 16, NameOffset = 19;
        var entries = stackalloc byte[ListingBuffer];
        var names = new List<string>();
        if (LibC.Seek(Descriptor, 0, 0) < 0)
            throw Failure();
        while (LibC.ReadFolder(Descriptor, entries, ListingBuffer) is var filled && filled != 0)
        {
            if (filled < 0)
                throw Failure();
            for (var at = 0; at < filled; at += *(ushort*)(entries + at + LengthOffset))
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entries + at + NameOffset);
                if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
                    continue;
                if (names.Count == limit)
                    throw new IOException($"it has more than {limit} names");
                names.Add(Encoding.Latin1.GetString(name));
            }
        }
        return names;
    }

    /// <summary>Whether the folder itself has extended attributes.</summary>
    public bool HasAttributes() => HasAttributes(_handle);

    /// <summary>Whether an open file has extended attributes: cheaper than to ask for them by name.</summary>
    public static bool HasAttributes(SafeFileHandle file) => LibC.ListAttributes((int)file.DangerousGetHandle(), null, 0) is not 0 and var length && (length > 0 || Marshal.GetLastPInvokeError() != LibC.ENOTSUP);

    /// <summary>The extended attributes of what is at <paramref name="name"/>, by name; values as Latin-1 text too. Null when it has none.</summary>
    public Dictionary<string, string>? AttributesOf(string name)
    {
        // There is no such call relative to a folder; the kernel's own link to the open folder is as good.
        _link ??= $"/proc/self/fd/{Descriptor}/";
        fixed (byte* path = Bytes(_link, name, stackalloc byte[ShortName]))
        {
            var length = LibC.ListAttributes(path, null, 0);
            if (length == 0 || (length < 0 && Marshal.GetLastPInvokeError() == LibC.ENOTSUP))
                return null;
            var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
            var buffer = new byte[MaxAttributes];
            fixed (byte* start = buffer)
            {
                length = LibC.ListAttributes(path, start, MaxAttributes);
                var names = length >= 0 ? Encoding.Latin1.GetString(start, (int)length) : throw Failure();
                foreach (var attribute in names.Split('\0', StringSplitOptions.RemoveEmptyEntries))
                {
                    fixed (byte* key = Encoding.Latin1.GetBytes(attribute + '\0'))
                    {
                        var size = LibC.GetAttribute(path, key, start, MaxAttributes);
                        attributes[attribute] = size >= 0 ? Encoding.Latin1.GetString(start, (int)size) : throw Failure();
                    }
                }
            }
            return attributes;
        }
    }

    public void Dispose() => _handle.Dispose();

    private StoreFolder OpenOne(string name) => new(OpenAt(name, LibC.OnlyFolder, null), _privateCopy);

    private SafeFileHandle OpenAt(string name, int flags, FileStatus? status)
    {
        fixed (byte* bytes = Bytes(name, stackalloc byte[ShortName]))
        {
            var all = LibC.ReadOnly | LibC.NoFollow | LibC.CloseOnExec | flags;
            var descriptor = LibC.OpenAt(Descriptor, bytes, all);
            if (descriptor < 0 && _privateCopy && Marshal.GetLastPInvokeError() == LibC.EACCES)
            {
                // /etc/shadow of mode 0000 is in every image of RHEL; fchmodat follows links, and a link can only be here where a file or folder was asked for.
                status ??= StatusOf(name);
                if (status is { IsRegularFile: true } or { IsFolder: true } && LibC.ChangeModeAt(Descriptor, bytes, status.Value.Permissions | 0x140u, 0) == 0)
                {
                    descriptor = LibC.OpenAt(Descriptor, bytes, all);
                    if (status is { IsRegularFile: true })
                        _ = LibC.ChangeModeAt(Descriptor, bytes, status.Value.Permissions, 0);
                }
            }
            return Opened(descriptor, null);
        }
    }

    private static SafeFileHandle Opened(int descriptor, string? path) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(path);

    private static Span<byte> Bytes(string name, Span<byte> room) => Bytes("", name, room);

    /// <summary>The two, one byte for each character, and the zero that ends names for the kernel; in <paramref name="room"/> if they fit.</summary>
    private static Span<byte> Bytes(string folder, string name, Span<byte> room)
    {
        var length = folder.Length + name.Length;
        var bytes = length < room.Length ? room : new byte[length + 1];
        Encoding.Latin1.GetBytes(folder, bytes);
        Encoding.Latin1.GetBytes(name, bytes[folder.Length..]);
        bytes[length] = 0;
        return bytes;
    }

    private static IOException Failure(string? path = null)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{(path is null ? "" : path + ": ")}{LibC.Describe(error)}", error);
    }
}
