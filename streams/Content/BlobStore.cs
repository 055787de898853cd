using System.Security.Cryptography;

namespace Handcarry.Streams.Content;

/// <summary>
/// A folder of blobs under their digests. A file below <see cref="BlobsPath"/> has been hashed, synced and renamed, in this order, so
/// what is there is whole and right, whenever the power was cut. What is still arriving lives below <c>partial</c>; its file may hold
/// anything after a crash, so nothing is inferred from its length: chunks are hashed again before they count.
/// All members may be called from several threads. One process at a time may have a folder open.
/// </summary>
public sealed class BlobStore : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, Growth> _growing = [];
    private readonly string _sha256;
    private readonly FolderSync _sync;
    private bool _disposed;

    private BlobStore(string folder)
    {
        Folder = folder;
        BlobsPath = Path.Combine(folder, "blobs");
        _sha256 = Path.Combine(BlobsPath, "sha256");
        PartialPath = Path.Combine(folder, "partial");
        _sync = new FolderSync(_sha256);
    }

    /// <summary>The OCI shared blob directory: blobs are the files <c>sha256/&lt;hex&gt;</c> in it.</summary>
    public string BlobsPath { get; }

    internal string Folder { get; }

    internal string PartialPath { get; }

    /// <summary>
    /// Opens the store in <paramref name="folder"/>, creating it when absent. Leftovers of interrupted ingests that hold no full chunk are
    /// removed; others are kept for a resume.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be created or read.</exception>
    public static BlobStore Open(string folder)
    {
        var store = new BlobStore(Path.GetFullPath(folder));
        Directory.CreateDirectory(store._sha256);
        Directory.CreateDirectory(store.PartialPath);
        // The folders themselves must be as durable as the blobs in them.
        Posix.SyncFolder(store.BlobsPath);
        Posix.SyncFolder(store.Folder);
        foreach (var file in new DirectoryInfo(store.PartialPath).EnumerateFiles())
        {
            if (!Digest.TryParseHex(file.Name, out var digest) || file.Length < BlobSpec.ChunkSize || store.Contains(digest))
                file.Delete();
        }
        return store;
    }

    /// <summary>Whether the blob is here, complete and durable.</summary>
    public bool Contains(Digest d) => SizeOf(d) is not null;

    /// <summary>Length in bytes of a complete blob; null when it is not here.</summary>
    public long? SizeOf(Digest d)
    {
        if (d == default)
            return null;
        lock (_gate)
            return _growing.ContainsKey(d) ? null : LengthOf(BlobPath(d));
    }

    /// <summary>Bytes from the start of a blob that are verified here: all of one that is complete, 0 of one that is neither here nor coming in.</summary>
    public long VerifiedOf(Digest d)
    {
        if (d == default)
            return 0;
        lock (_gate)
            return _growing.TryGetValue(d, out var growth) ? growth.Watermark.Verified : LengthOf(BlobPath(d)) ?? 0;
    }

    /// <summary>
    /// Bytes of disk that a blob of <paramref name="size"/> bytes still takes before it is complete here: 0 when it is, and less what an ingest, or one that was interrupted, has set aside.
    /// </summary>
    public long SpaceFor(Digest d, long size)
    {
        if (d == default)
            return size;
        lock (_gate)
        {
            var growth = _growing.GetValueOrDefault(d);
            return growth is null && LengthOf(BlobPath(d)) == size ? 0 : Math.Max(0, size - Posix.SpaceOf(growth?.Path ?? PartialFile(d)));
        }
    }

    /// <summary>The complete blobs and their lengths in bytes, in no particular order, as they are while this runs.</summary>
    public IEnumerable<KeyValuePair<Digest, long>> Enumerate()
    {
        foreach (var file in Directory.EnumerateFiles(_sha256))
        {
            if (Digest.TryParseHex(Path.GetFileName(file), out var digest) && SizeOf(digest) is { } size)
                yield return new(digest, size);
        }
    }

    /// <summary>
    /// Removes a blob, and what an interrupted ingest has left of it. Whoever has it open reads on. False when there was neither, or when
    /// it is being ingested now.
    /// </summary>
    public bool Delete(Digest d)
    {
        if (d == default)
            return false;
        lock (_gate)
        {
            if (_growing.ContainsKey(d))
                return false;
            var here = File.Exists(BlobPath(d)) || File.Exists(PartialFile(d));
            File.Delete(BlobPath(d));
            File.Delete(PartialFile(d));
            return here;
        }
    }

    /// <summary>
    /// Takes a blob that has turned out to be damaged out of the store; what is right of it is found again, chunk by chunk, by the next ingest. Whoever has it open
    /// reads on. False when it is not here, or is being ingested now.
    /// </summary>
    public bool Distrust(Digest d)
    {
        lock (_gate)
        {
            if (d == default || _growing.ContainsKey(d) || !File.Exists(BlobPath(d)))
                return false;
            File.Move(BlobPath(d), PartialFile(d), overwrite: true);
        }
        // A power cut must not bring it back.
        Posix.SyncFolder(_sha256);
        return true;
    }

    /// <summary>
    /// Begins to bring a blob in, or goes on with what an earlier ingest has left. Null: it is already here. Only one ingest per digest
    /// runs at a time: a second caller waits for the first, then gets null or goes on from what the first has left.
    /// </summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.NoSpace"/>, <see cref="Reasons.WriteFailed"/>; <see cref="Reasons.SizeMismatch"/> when the blob is here and right,
    /// but not of the size that <paramref name="spec"/> claims.
    /// </exception>
    public async ValueTask<BlobIngest?> BeginAsync(BlobSpec spec, CancellationToken ct)
    {
        Check(spec);
        while (true)
        {
            var (mine, other) = Claim(spec);
            if (mine is not null)
                return await OpenAsync(mine, ct);
            if (other is null)
                return null;
            await other.Ended.WaitAsync(ct);
        }
    }

    /// <summary>
    /// Opens a blob for reading: a complete one, or one that is being ingested now, whose reader follows the writer. Null when neither.
    /// </summary>
    /// <exception cref="IOException">The file is there but cannot be opened.</exception>
    public BlobSource? TryOpen(Digest d)
    {
        if (d == default)
            return null;
        lock (_gate)
        {
            try
            {
                if (_growing.TryGetValue(d, out var growth))
                    return new BlobSource(d, OpenToRead(growth.Path), growth.Spec.Size, growth.Watermark);
                var file = OpenToRead(BlobPath(d));
                var size = RandomAccess.GetLength(file);
                return new BlobSource(d, file, size, new Watermark(size));
            }
            catch (FileNotFoundException)
            {
                return null;
            }
        }
    }

    /// <summary>All bytes of a small blob that is here, of at most <paramref name="most"/> bytes.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.BlobUnknown"/>, <see cref="Reasons.LimitExceeded"/>.</exception>
    public async ValueTask<byte[]> ReadAllAsync(Digest d, long most, CancellationToken ct)
    {
        using var blob = TryOpen(d) ?? throw new ContentException(Reasons.BlobUnknown, $"Blob {d} is not here.") { Digest = d };
        if (blob.Size > most)
            throw new ContentException(Reasons.LimitExceeded, $"Blob {d} has {blob.Size} bytes; {most} are allowed here.") { Digest = d };
        var bytes = new byte[blob.Size];
        for (var at = 0; at < bytes.Length;)
        {
            await blob.WaitBeyondAsync(at, ct);
            at += blob.Read(bytes.AsSpan(at), at);
        }

        return bytes;
    }

    /// <summary>Ends all waiting. Ingests and sources that are open stay their owners' to dispose.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var growth in _growing.Values)
            {
                growth.Watermark.Fail($"The blob store {Folder} was closed.");
                growth.End();
            }
        }
    }

    /// <summary>Renames a synced partial file to its digest and makes the name durable; then its readers see it complete.</summary>
    internal async Task PublishAsync(Growth growth)
    {
        var target = BlobPath(growth.Spec.Digest);
        lock (_gate)
        {
            File.Move(growth.Path, target, overwrite: true);
            growth.Path = target;
        }
        try
        {
            await _sync.SyncAsync();
        }
        catch (IOException)
        {
            // A blob that might be gone after a power cut must not be called complete.
            File.Delete(target);
            throw;
        }
        growth.Watermark.Advance(growth.Spec.Size);
        Release(growth, null);
    }

    /// <summary>Gives the claim back; with a reason, readers that wait for more are told so.</summary>
    internal void Release(Growth growth, string? failure)
    {
        if (failure is not null)
            growth.Watermark.Fail(failure);
        lock (_gate)
        {
            if (_growing.TryGetValue(growth.Spec.Digest, out var current) && current == growth)
                _growing.Remove(growth.Spec.Digest);
        }
        growth.End();
    }

    // The claim, or the one who has it, or neither when the blob is here.
    private (Growth? Mine, Growth? Other) Claim(BlobSpec spec)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_growing.TryGetValue(spec.Digest, out var other))
                return (null, other);
            if (LengthOf(BlobPath(spec.Digest)) == spec.Size)
                return (null, null);
            var mine = new Growth(spec, PartialFile(spec.Digest));
            _growing.Add(spec.Digest, mine);
            return (mine, null);
        }
    }

    private async Task<BlobIngest> OpenAsync(Growth growth, CancellationToken ct)
    {
        try
        {
            // Reading back what is left may take seconds; not on the caller's thread.
            return await Task.Run(() => Open(growth, ct), ct);
        }
        catch (Exception e)
        {
            Release(growth, $"Blob {growth.Spec.Digest} cannot be brought in: {e.Message}");
            throw;
        }
    }

    private BlobIngest Open(Growth growth, CancellationToken ct)
    {
        var spec = growth.Spec;
        var path = BlobPath(spec.Digest);
        if (LengthOf(path) is { } length)
        {
            // Either the announcement lies or the disk does; the bytes tell which.
            if (HashOf(path, ct) == spec.Digest)
            {
                throw new ContentException(
                    Reasons.SizeMismatch,
                    $"Blob {spec.Digest} is {length} bytes long, not {spec.Size} as announced. Do not trust whoever announced it.")
                {
                    Digest = spec.Digest,
                    Offset = Math.Min(length, spec.Size),
                };
            }
            File.Delete(path);
        }
        return BlobIngest.Open(this, growth, ct);
    }

    private static Digest HashOf(string path, CancellationToken ct)
    {
        using var file = OpenToRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = TransferBuffers.Pool.Rent(256 << 10);
        try
        {
            long offset = 0;
            for (int read; (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read)
            {
                ct.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }
            return Digest.FromHash(hash.GetHashAndReset());
        }
        finally
        {
            TransferBuffers.Pool.Return(buffer);
        }
    }

    private static void Check(BlobSpec spec)
    {
        if (spec.Digest == default)
            throw new ArgumentException("A blob needs a digest.", nameof(spec));
        ArgumentOutOfRangeException.ThrowIfNegative(spec.Size, nameof(spec));
        if (spec.Chunks.Count != 0 && spec.Chunks.Count != BlobSpec.ChunkCount(spec.Size))
        {
            throw new ArgumentException(
                $"Blob {spec.Digest} of {spec.Size} bytes has {BlobSpec.ChunkCount(spec.Size)} chunk digests, not {spec.Chunks.Count}.",
                nameof(spec));
        }
    }

    // Sharing is never asked of the operating system: one writer appends, any number of readers follow, and files go while open.
    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenToRead(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static long? LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : null;
    }

    private string BlobPath(Digest d) => Path.Combine(_sha256, d.Hex);

    private string PartialFile(Digest d) => Path.Combine(PartialPath, d.Hex);
}
