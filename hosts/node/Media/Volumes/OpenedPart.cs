using Handcarry.Hosts.Node.Native;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>
/// A file or device, read past the page cache (O_DIRECT) where its file system can, otherwise dropped from it behind the reader: a bundle is larger than
/// memory and read once.
/// </summary>
internal sealed class OpenedPart : IPartBytes
{
    /// <summary>Of offsets, lengths and memory: the largest logical block that devices have.</summary>
    public const int Alignment = 4096;

    // fcntl.h.
    private const int SetFlags = 4;
    private const long DropStep = 8 << 20;

    private readonly SafeFileHandle _handle;
    private readonly Func<bool> _isThere;
    private readonly bool _direct;
    private long _dropped;

    /// <summary>Takes over the handle.</summary>
    public OpenedPart(SafeFileHandle handle, long length, Func<bool> isThere, bool direct = true)
    {
        (_handle, Length, _isThere) = (handle, length, isThere);
        _direct = direct && LibC.FileControl(Descriptor, SetFlags, LibC.Direct) == 0;
        if (!_direct)
            _ = LibC.Advise(Descriptor, 0, 0, LibC.AdviceSequential);
    }

    public long Length { get; }

    public bool IsThere => _isThere();

    private int Descriptor => (int)_handle.DangerousGetHandle();

    public int Read(Memory<byte> buffer, long offset)
    {
        int read;
        try
        {
            read = RandomAccess.Read(_handle, buffer.Span, offset);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
        if (!_direct && (offset < _dropped || offset + read - _dropped >= DropStep || offset + read == Length))
        {
            var from = Math.Min(_dropped, offset);
            _ = LibC.Advise(Descriptor, from, offset + read - from, LibC.AdviceDontNeed);
            _dropped = offset + read;
        }
        return read;
    }

    public void Dispose() => _handle.Dispose();
}
