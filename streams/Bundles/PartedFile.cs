using Handcarry.Streams.Content;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Streams.Bundles;

/// <summary>A file, a device, or the numbered parts of a file as if they were one. Several threads may read and write different places at once.</summary>
public sealed class PartedFile : IDisposable
{
    private readonly List<Part> _parts = [];

    private PartedFile()
    {
    }

    /// <summary>Bytes in all.</summary>
    public long Length { get; private set; }

    /// <summary>The files, in order.</summary>
    public IReadOnlyList<string> Paths => [.. _parts.Select(static part => part.Path)];

    /// <summary>Bytes of each of <see cref="Paths"/>.</summary>
    public IReadOnlyList<long> Lengths => [.. _parts.Select(static part => part.Length)];

    /// <summary>Opens what is there, see <see cref="PartNames.Find"/>: for reading, or for reading and writing.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.ReadFailed"/>.</exception>
    public static PartedFile Open(IReadOnlyList<string> paths, FileAccess access = FileAccess.Read)
    {
        var file = new PartedFile();
        try
        {
            foreach (var path in paths)
            {
                var handle = File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite);
                file.Add(path, handle, Posix.LengthOf(handle));
            }
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw new ContentException(Reasons.ReadFailed, $"The bundle cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>
    /// Opens files of <paramref name="length"/> bytes in all for reading and writing, and has the file system set the space aside; what was in
    /// them before stays.
    /// </summary>
    /// <param name="path">The only file, or the name to which the numbers of the parts are added.</param>
    /// <param name="length">Bytes in all.</param>
    /// <param name="partSize">Most bytes per part; null for one file.</param>
    /// <exception cref="ContentException"><see cref="Reasons.NoSpace"/>, <see cref="Reasons.WriteFailed"/>, <see cref="Reasons.LimitExceeded"/>: more than 999 parts.</exception>
    public static PartedFile Create(string path, long length, long? partSize)
    {
        var size = partSize ?? length;
        if ((length + size - 1) / size > PartNames.Most)
            throw new ContentException(Reasons.LimitExceeded, $"Parts of {size} bytes would be more than {PartNames.Most} for a bundle of {length} bytes. Choose a larger --part-size.");
        var file = new PartedFile();
        try
        {
            for (long at = 0; at < length; at += size)
            {
                var name = partSize is null ? path : PartNames.Of(path, file._parts.Count + 1);
                var handle = File.OpenHandle(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
                file.Add(name, handle, Math.Min(size, length - at));
                Allocate(handle, name, Math.Min(size, length - at));
            }
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw new ContentException(Reasons.WriteFailed, $"The bundle cannot be written to {path}: {e.Message}", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads at most as much as fits; 0 at the end.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.ReadFailed"/>.</exception>
    public int Read(Span<byte> destination, long offset)
    {
        if (offset >= Length || destination.IsEmpty)
            return 0;
        var part = PartAt(offset);
        try
        {
            return RandomAccess.Read(part.Handle, destination[..(int)Math.Min(destination.Length, part.Start + part.Length - offset)], offset - part.Start);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentException(Reasons.ReadFailed, $"{part.Path} cannot be read at byte {offset - part.Start}: {e.Message}", e) { Offset = offset };
        }
    }

    /// <summary>Writes all of it, over the ends of parts where it must.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.NoSpace"/>, <see cref="Reasons.WriteFailed"/>.</exception>
    public void Write(ReadOnlySpan<byte> source, long offset)
    {
        while (!source.IsEmpty)
        {
            var part = PartAt(offset);
            var count = (int)Math.Min(source.Length, part.Start + part.Length - offset);
            try
            {
                RandomAccess.Write(part.Handle, source[..count], offset - part.Start);
            }
            catch (IOException e)
            {
                throw WriteErrors.Of(e, part.Path, offset - part.Start);
            }
            source = source[count..];
            offset += count;
        }
    }

    /// <summary>Starts writing a range to the disk without waiting.</summary>
    public void StartWriteBack(long offset, long length)
    {
        var part = PartAt(offset);
        Posix.StartWriteBack(part.Handle, offset - part.Start, Math.Min(length, part.Start + part.Length - offset));
    }

    /// <summary>Makes everything that was written durable.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.NoSpace"/>, <see cref="Reasons.WriteFailed"/>.</exception>
    public void Flush()
    {
        foreach (var part in _parts)
        {
            try
            {
                RandomAccess.FlushToDisk(part.Handle);
            }
            catch (IOException e)
            {
                throw WriteErrors.Of(e, part.Path);
            }
        }
    }

    /// <summary>A stream over bytes from <paramref name="offset"/> on, which stays valid as long as this file is open.</summary>
    public Stream OpenRead(long offset, long length) => new PartedStream(this, offset, length);

    /// <inheritdoc/>
    public void Dispose() => _parts.ForEach(static part => part.Handle.Dispose());

    private void Add(string path, SafeFileHandle handle, long length)
    {
        _parts.Add(new Part(path, handle, Length, length));
        Length += length;
    }

    private Part PartAt(long offset)
    {
        // Nearly always one part, never more than a handful.
        foreach (var part in _parts)
        {
            if (offset < part.Start + part.Length)
                return part;
        }
        throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The bundle has {Length} bytes.");
    }

    private static void Allocate(SafeFileHandle handle, string path, long length)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        // Asked first: an attempt that fails would take, for a moment, all space there is from everybody else.
        var fits = length - RandomAccess.GetLength(handle) <= new DriveInfo(folder).AvailableFreeSpace;
        switch (fits ? Posix.Allocate(handle, length) : Posix.NoSpace)
        {
            case 0:
                if (RandomAccess.GetLength(handle) > length)
                    RandomAccess.SetLength(handle, length);
                break;
            case Posix.NoSpace or Posix.QuotaExceeded:
                throw new ContentException(Reasons.NoSpace, $"{folder} has no room for the {length} bytes of {Path.GetFileName(path)}. Free space there, or choose another --output.");
            case Posix.FileTooLarge:
                throw new ContentException(Reasons.WriteFailed, $"The file system of {path} takes no file of {length} bytes. Write parts: --part-size fat32.");
            default:
                // A file system that cannot set space aside: it shows when it is full.
                RandomAccess.SetLength(handle, length);
                break;
        }
    }

    private sealed record Part(string Path, SafeFileHandle Handle, long Start, long Length);
}
