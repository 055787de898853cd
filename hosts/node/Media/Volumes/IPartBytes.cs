namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>The bytes of a file or device, at offsets that are multiples of <see cref="OpenedPart.Alignment"/>.</summary>
internal interface IPartBytes : IDisposable
{
    /// <summary>Bytes, as they were when it was opened.</summary>
    long Length { get; }

    /// <summary>Whether what it is on is still plugged in.</summary>
    bool IsThere { get; }

    /// <summary>
    /// Reads at most as much as fits; 0 at the end. <see cref="IOException"/> when it cannot be read there. <paramref name="direct"/> asks the medium itself
    /// for just these bytes, where its file system can: into the page cache the kernel reads more at once, and all of it fails with one block in it.
    /// </summary>
    int Read(Memory<byte> buffer, long offset, bool direct = false);
}
