using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// Puts the tar stream of one layer together again from its tar-split record and its files, hashes it, and compares the layer's folder with
/// the stream's headers: the hash alone would not notice a file that was added or a mode that was changed.
/// </summary>
internal sealed class LayerProof(StoreFolder store, LayerRecord layer, string? parentDiff, bool ownersKnown, StoreProofOptions options, Findings findings, SemaphoreSlim cores, StoreInodes inodes, Action<long> passed)
{
    private const int RecordBuffer = 64 << 10;

    // A record is three quarters headers in base64; with names and JSON around them 2 KiB for each entry is never reached.
    private const long RecordBytesPerEntry = 2048, SmallestRecordLimit = 64 << 20;

    private readonly LayerTree _tree = new(options.MaxEntries);
    private readonly TarHeaders _headers = new();
    private long _total;
    private bool _hashMeansNothing;

    /// <summary>Finds everything that is wrong with the layer.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        try
        {
            using var diff = store.OpenFolder(layer.Diff);
            using var folders = new StorePath(diff);
            ReadStream(folders, cancellationToken);
            new LayerComparison(diff, folders, layer, _tree, TopStatus(), ownersKnown, options.MaxEntries, inodes, findings).Run(cancellationToken);
        }
        catch (LayerFormatException e)
        {
            Wrong(Reasons.StoreLayerMismatch, layer.Diff, $"Layer {layer.DiffId.Short} cannot be proved: {e.Message}.");
        }
        catch (IOException e)
        {
            Wrong(Reasons.StoreDamaged, layer.Diff, $"Layer {layer.DiffId.Short} cannot be read: {e.Message}.");
        }
    }

    private void ReadStream(StorePath folders, CancellationToken cancellationToken)
    {
        using var records = store.OpenFolder("overlay-layers");
        using var file = new FileStream(records.OpenFile(layer.TarSplit), FileAccess.Read, RecordBuffer);
        using var split = new TarSplitReader(file, Math.Max(SmallestRecordLimit, options.MaxEntries * RecordBytesPerEntry));
        using var hash = new StreamHash(cores);
        while (split.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.IsFile)
            {
                var header = Matching(entry);
                var node = _tree.Add(header);
                if (header.HasContent)
                    ReadFile(folders, header, node, hash, cancellationToken);
                _headers.Pass();
            }
            else
            {
                hash.Append(entry.Raw.Span);
                Count(entry.Raw.Length);
                _headers.Feed(entry.Raw.Span);
            }
        }
        if (!_headers.MayEnd)
            throw new LayerFormatException("its tar stream ends in the middle of an entry");
        if (!_hashMeansNothing && hash.Finish() is var actual && actual != layer.DiffId)
            Wrong(Reasons.StoreLayerMismatch, layer.Diff, $"Layer {layer.DiffId.Short}: its tar stream, put together again, hashes to {actual}, not to {layer.DiffId}: the content of a file was changed.");
    }

    /// <summary>
    /// The headers that go with a file of the record. Were they allowed to differ, the stream could hash to what it should while other bytes
    /// lie under the file's name.
    /// </summary>
    private TarEntry Matching(TarSplitEntry entry)
    {
        if (_headers.Current is not { } header || header.Name != entry.Name || header.Size != entry.Size)
            throw new LayerFormatException($"its tar-split record has \"{StoreText.Show(entry.Name)}\" of {entry.Size} bytes where its tar headers have something else");
        return header;
    }

    private void ReadFile(StorePath folders, TarEntry header, LayerNode? node, StreamHash hash, CancellationToken cancellationToken)
    {
        Count(header.Size, reported: 0);
        try
        {
            using var file = OpenContent(folders, header);
            if (node is not null && !StoreFolder.HasAttributes(file))
                node.HasNone = true;
            for (long offset = 0; offset < header.Size;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var room = hash.Room;
                var read = RandomAccess.Read(file, room[..(int)Math.Min(room.Length, header.Size - offset)], offset);
                if (read == 0)
                    throw new IOException("it ends too soon");
                hash.Advance(read);
                passed(read);
                offset += read;
            }
        }
        catch (IOException e)
        {
            _hashMeansNothing = true;
            Wrong(Reasons.StoreLayerMismatch, $"{layer.Diff}/{header.Name}", $"Layer {layer.DiffId.Short}: \"{StoreText.Show(header.Name)}\" cannot be read as the file of {header.Size} bytes that it should be: {e.Message}.");
        }
    }

    private static SafeFileHandle OpenContent(StorePath folders, TarEntry header)
    {
        var path = LayerTree.Clean(header.Name);
        var slash = path.LastIndexOf('/');
        var file = folders.Open(path.AsSpan(0, Math.Max(0, slash))).OpenFile(path[(slash + 1)..], out var size);
        if (size != header.Size)
        {
            file.Dispose();
            throw new IOException($"it has {size} bytes");
        }
        return file;
    }

    private FileStatus? TopStatus()
    {
        if (_tree.TopIsSaid || parentDiff is null)
            return null;
        using var parent = store.OpenFolder(parentDiff);
        return parent.StatusOf(".");
    }

    private void Count(long bytes, long? reported = null)
    {
        _total += bytes;
        if (_total > options.MaxLayerBytes)
            throw new LayerFormatException($"its tar stream is longer than {options.MaxLayerBytes} bytes");
        passed(reported ?? bytes);
    }

    private void Wrong(string reason, string path, string sentence) => findings.Add(reason, path, sentence, layer: layer.DiffId);
}
