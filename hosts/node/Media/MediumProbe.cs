using System.Globalization;
using System.Text;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media;

/// <summary>Looks whether there is a medium under a name. Symbolic links are never followed, nothing is read.</summary>
internal static class MediumProbe
{
    // fcntl.h; a read lease is refused with EAGAIN while anyone has the file open for writing (fcntl(2), "Leases").
    private const int SetSignal = 10, SetLease = 1024, ReadLease = 0, NoLease = 2;

    // Whoever opens the file while we hold the lease causes a signal to us; this one is ignored by default, SIGIO would end the process.
    private const int UrgentSignal = 23;

    /// <summary>True for names that may be a file with a bundle.</summary>
    public static bool IsBundleName(string name) =>
        name.StartsWith("upgrade-", StringComparison.Ordinal) && name.EndsWith(".tar", StringComparison.Ordinal);

    /// <summary>
    /// The medium called <paramref name="name"/> in <paramref name="folder"/>; null when there is none. A file that is <paramref name="beingWritten"/>
    /// has not arrived yet, unless it was there before and is still the same.
    /// </summary>
    public static FoundMedium? Find(string folder, string name, out bool beingWritten)
    {
        beingWritten = false;
        if (name.StartsWith('.'))
            return null;
        var path = Path.Combine(folder, name);
        if (FileStatus.Of(path) is not { } there || !(there.IsBlockDevice || (there.IsRegularFile && IsBundleName(name))))
            return null;
        // Not waiting: a drive without a disc, or with its tray open, is only asked.
        using var handle = Open(path, LibC.NonBlocking, out _);
        if (handle is null || FileStatus.Of(handle) is not { } status)
            return null;
        beingWritten = status.IsRegularFile && IsBeingWritten(handle);
        return Identify(handle, status) is { } key
            ? new FoundMedium(path, key, new Medium(IdOf(key, status), $"{Printable(path)} ({Amount(key.Size)})", status.IsRegularFile))
            : null;
    }

    /// <summary>Opens what is at <paramref name="path"/> for reading; null, and the error's number, when it cannot be opened.</summary>
    public static SafeFileHandle? Open(string path, int flags, out int error)
    {
        error = 0;
        var descriptor = LibC.Open(path, LibC.ReadOnly | LibC.CloseOnExec | LibC.NoFollow | flags);
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        error = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        return null;
    }

    /// <summary>What an open file or device is; null when it is neither, or has nothing in it.</summary>
    public static MediumKey? Identify(SafeFileHandle handle, in FileStatus status)
    {
        if (status.IsRegularFile && status.Size > 0)
            return MediumKey.OfFile(status);
        if (status.IsBlockDevice && BlockDevice.Size(handle) is { } size)
            return MediumKey.OfDevice(status, BlockDevice.DiskSequence(handle), size);
        return null;
    }

    /// <summary>
    /// The id has the time of the last change of the file or node as well: something taken out and put back unchanged is another insertion.
    /// </summary>
    private static string IdOf(MediumKey key, in FileStatus status) =>
        string.Create(CultureInfo.InvariantCulture, $"{(status.IsBlockDevice ? "block" : "file")}-{key.Device >> 32}:{key.Device & uint.MaxValue}-{key.Sequence}-{key.Modified:x}-{status.Changed.Ticks:x}");

    /// <summary>Whether somebody has a file open for writing, as far as the kernel tells.</summary>
    public static bool IsBeingWritten(string path)
    {
        using var handle = Open(path, LibC.NonBlocking, out _);
        return handle is not null && IsBeingWritten(handle);
    }

    private static bool IsBeingWritten(SafeFileHandle handle)
    {
        var descriptor = (int)handle.DangerousGetHandle();
        if (LibC.FileControl(descriptor, SetSignal, UrgentSignal) != 0)
            return false;
        if (LibC.FileControl(descriptor, SetLease, ReadLease) == 0)
        {
            _ = LibC.FileControl(descriptor, SetLease, NoLease);
            return false;
        }
        // Other errors: a file system without leases, or a file of another user's. Then only the events tell.
        return System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == LibC.EAGAIN;
    }

    /// <summary>A name can hold anything, even what moves the cursor of a terminal.</summary>
    private static string Printable(string path)
    {
        var text = new StringBuilder(path.Length);
        foreach (var rune in path.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            else
                text.Append(rune);
        }
        return text.ToString();
    }

    /// <summary>So many bytes, for people.</summary>
    public static string Amount(long bytes)
    {
        var (value, unit) = (double)bytes switch
        {
            >= 1e12 => (bytes / 1e12, "TB"),
            >= 1e9 => (bytes / 1e9, "GB"),
            >= 1e6 => (bytes / 1e6, "MB"),
            >= 1e3 => (bytes / 1e3, "kB"),
            _ => (bytes, "B"),
        };
        return unit == "B" ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {unit}");
    }
}
