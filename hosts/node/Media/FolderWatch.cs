using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Media;

/// <summary>
/// inotify(7) on one folder, read by a thread of its own. FileSystemWatcher does not tell when a file that was being written is closed.
/// A slow reader costs no memory: the kernel's queue is bounded, and says when it overflowed.
/// </summary>
internal sealed class FolderWatch : IDisposable
{
    // linux/inotify.h.
    private const uint Attributes = 0x4, CloseWrite = 0x8, MovedFrom = 0x40, MovedTo = 0x80, Created = 0x100, Deleted = 0x200, DeletedSelf = 0x400, MovedSelf = 0x800;
    private const uint Unmounted = 0x2000, QueueOverflow = 0x4000, Ignored = 0x8000, OnlyFolder = 0x0100_0000;
    private const uint Wanted = Attributes | CloseWrite | MovedFrom | MovedTo | Created | Deleted | DeletedSelf | MovedSelf | OnlyFolder;
    private const int HeaderSize = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly Channel<FolderEvents> _events = Channel.CreateBounded<FolderEvents>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly int _inotify;
    private readonly int _wake;
    private readonly Thread _thread;

    private FolderWatch(int inotify, int wake)
    {
        _inotify = inotify;
        _wake = wake;
        _thread = new Thread(Run) { IsBackground = true, Name = "inotify" };
        _thread.Start();
    }

    /// <summary>What happened since the watch began, in order. Completes with an error when the kernel's queue cannot be read.</summary>
    public ChannelReader<FolderEvents> Events => _events.Reader;

    /// <summary>Begins to watch; throws <see cref="ContentException"/> with ReadFailed when the folder cannot be watched.</summary>
    public static FolderWatch Begin(string folder)
    {
        var inotify = LibC.InotifyInit(LibC.CloseOnExec | LibC.NonBlocking);
        if (inotify < 0)
            throw new ContentException(Reasons.ReadFailed, $"Media in {folder} cannot be watched: {LibC.LastError()}. Raise fs.inotify.max_user_instances on this node.");
        if (LibC.InotifyAddWatch(inotify, folder, Wanted) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            _ = LibC.Close(inotify);
            throw new ContentException(Reasons.ReadFailed, error is LibC.ENOENT or LibC.ENOTDIR
                ? $"The folder for media, {folder}, does not exist: create it, or name another in the setting media.folder."
                : $"Media in {folder} cannot be watched: {LibC.Describe(error)}.");
        }
        var wake = LibC.EventDescriptor(0, LibC.CloseOnExec | LibC.NonBlocking);
        if (wake >= 0)
            return new FolderWatch(inotify, wake);
        var reason = LibC.LastError();
        _ = LibC.Close(inotify);
        throw new ContentException(Reasons.ReadFailed, $"Media in {folder} cannot be watched: {reason}.");
    }

    public unsafe void Dispose()
    {
        _stop.Cancel();
        ulong one = 1;
        _ = LibC.Write(_wake, &one, sizeof(ulong));
        _thread.Join();
        _ = LibC.Close(_inotify);
        _ = LibC.Close(_wake);
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            while (Next() is { } events)
                _events.Writer.WriteAsync(events, _stop.Token).AsTask().GetAwaiter().GetResult();
            _events.Writer.TryComplete();
        }
        catch (OperationCanceledException)
        {
            _events.Writer.TryComplete();
        }
        catch (Exception e)
        {
            _events.Writer.TryComplete(e);
        }
    }

    /// <summary>Waits for the next events; null when it is time to stop.</summary>
    private unsafe FolderEvents? Next()
    {
        // inotify(7): a buffer of this size is sure to have room for one event with the longest name.
        const int BufferSize = 64 << 10;
        var buffer = new byte[BufferSize];
        var waiting = stackalloc LibC.PollEntry[2];
        while (!_stop.IsCancellationRequested)
        {
            waiting[0] = new LibC.PollEntry { Descriptor = _inotify, Wanted = 1 };
            waiting[1] = new LibC.PollEntry { Descriptor = _wake, Wanted = 1 };
            if (LibC.Poll(waiting, 2, -1) <= 0 || waiting[0].Seen == 0)
                continue;
            nint length;
            fixed (byte* start = buffer)
                length = LibC.Read(_inotify, start, BufferSize);
            if (length > 0)
                return Parse(buffer.AsSpan(0, (int)length));
            var error = Marshal.GetLastPInvokeError();
            if (error is not (LibC.EAGAIN or LibC.EINTR))
                throw new ContentException(Reasons.ReadFailed, $"The events of the folder for media cannot be read: {LibC.Describe(error)}.");
        }
        return null;
    }

    /// <summary>struct inotify_event: wd, mask, cookie, len, then the name with padding zeros.</summary>
    private static FolderEvents Parse(ReadOnlySpan<byte> bytes)
    {
        var names = new Dictionary<string, bool>(StringComparer.Ordinal);
        var overflow = false;
        var gone = false;
        while (bytes.Length >= HeaderSize)
        {
            var mask = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            var nameLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
            if (!BitConverter.IsLittleEndian)
                (mask, nameLength) = (BinaryPrimitives.ReverseEndianness(mask), BinaryPrimitives.ReverseEndianness(nameLength));
            var name = bytes.Slice(HeaderSize, nameLength);
            bytes = bytes[(HeaderSize + nameLength)..];
            overflow |= (mask & QueueOverflow) != 0;
            gone |= (mask & (DeletedSelf | MovedSelf | Unmounted | Ignored)) != 0;
            if (nameLength > 0 && Decode(name) is { } text)
                names[text] = (mask & (MovedFrom | Deleted)) != 0 || names.GetValueOrDefault(text);
        }
        return new FolderEvents(names, overflow, gone);
    }

    /// <summary>A name that is not UTF-8 cannot be opened from .NET, and is none of ours.</summary>
    private static string? Decode(ReadOnlySpan<byte> name)
    {
        var end = name.IndexOf((byte)0);
        try
        {
            return StrictUtf8.GetString(end < 0 ? name : name[..end]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
