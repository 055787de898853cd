using Handcarry.Hosts.Node.Native;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>
/// A file or device, whose bytes are dropped from the page cache behind the reader: a bundle is larger than memory and read once. Reading past the page cache
/// (O_DIRECT) is slower, because nobody reads ahead then while the last piece is on its way up (docs/benchmarks.md, "media").
/// </summary>
internal sealed class OpenedPart : IPartBytes
{
    /// <summary>Of offsets and lengths: a page, in which the kernel reads, and the largest logical block that devices have.</summary>
    public const int Alignment = 4096;

    // fcntl.h.
    private const int SetFlags = 4;

    private const long DropStep = 8 << 20;

    private readonly SafeFileHandle _handle;
    private readonly Func<bool> _isThere;
    private long _dropped;

    /// <summary>Takes over the handle.</summary>
    public OpenedPart(SafeFileHandle handle, long length, Func<bool> isThere)
    {
        (_handle, Length, _isThere) = (handle, length, isThere);
        _ = LibC.Advise(Descriptor, 0, 0, LibC.AdviceSequential);
    }

    public long Length { get; }

    public bool IsThere => _isThere();

    private int Descriptor => (int)_handle.DangerousGetHandle();

    public int Read(Memory<byte> buffer, long offset, bool direct = false)
    {
        int read;
        if (direct)
            _ = LibC.FileControl(Descriptor, SetFlags, LibC.Direct);
        try
        {
            read = RandomAccess.Read(_handle, buffer.Span, offset);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            if (direct)
                _ = LibC.FileControl(Descriptor, SetFlags, 0);
        }
        if (offset < _dropped || offset + read - _dropped >= DropStep || offset + read == Length)
        {
            var from = Math.Min(_dropped, offset);
            _ = LibC.Advise(Descriptor, from, offset + read - from, LibC.AdviceDontNeed);
            _dropped = offset + read;
        }
        return read;
    }

    public void Dispose() => _handle.Dispose();
}
