using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Handcarry.Lab.Release;

/// <summary>Writes one layer: tar (ustar, everything owned by root, one fixed time), gzip, and both digests in one pass.</summary>
internal sealed class LayerWriter : IDisposable
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly BlobFolder _folder;
    private readonly string _partial;
    private readonly HashingStream _compressed;
    private readonly HashingStream _plain;
    private readonly TarWriter _tar;

    public LayerWriter(BlobFolder folder)
    {
        _folder = folder;
        _compressed = new HashingStream(folder.CreatePartial(out _partial));
        _plain = new HashingStream(new GZipStream(_compressed, CompressionLevel.Optimal, leaveOpen: true));
        _tar = new TarWriter(_plain, TarEntryFormat.Ustar, leaveOpen: true);
    }

    /// <summary>Compressed bytes written so far; lags by what the compressor still holds back.</summary>
    public long CompressedBytes => _compressed.Count;

    public void Directory(string path, int mode = 0b111_101_101) => Add(TarEntryType.Directory, path + "/", mode);

    public void File(string path, ReadOnlyMemory<byte> content, int mode = 0b110_100_100)
    {
        using var data = new MemoryStream(content.ToArray(), writable: false);
        Add(TarEntryType.RegularFile, path, mode, data: data);
    }

    public void File(string path, string content, int mode = 0b110_100_100) => File(path, Encoding.UTF8.GetBytes(content), mode);

    public void SymbolicLink(string path, string target) => Add(TarEntryType.SymbolicLink, path, 0b111_111_111, target);

    public void HardLink(string path, string target) => Add(TarEntryType.HardLink, path, 0b110_100_100, target);

    /// <summary>Ends the layer and puts it into the folder under its digest.</summary>
    public Layer Finish()
    {
        _tar.Dispose();
        var (diffId, unpacked) = (_plain.Finish(), _plain.Count);
        _plain.Dispose();
        var (digest, size) = (_compressed.Finish(), _compressed.Count);
        _compressed.Dispose();
        _folder.Adopt(_partial, digest);
        return new Layer(digest, size, diffId, unpacked);
    }

    public void Dispose()
    {
        _tar.Dispose();
        _plain.Dispose();
        _compressed.Dispose();
        System.IO.File.Delete(_partial);
    }

    private void Add(TarEntryType type, string path, int mode, string? target = null, Stream? data = null)
    {
        var entry = new UstarTarEntry(type, path)
        {
            Mode = (UnixFileMode)mode,
            ModificationTime = Epoch,
            UserName = "root",
            GroupName = "root",
        };
        if (data is not null)
            entry.DataStream = data;
        if (target is not null)
            entry.LinkName = target;
        _tar.WriteEntry(entry);
    }
}
