using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>
/// Holds the bytes of a bundle, as they come, against what must be there:
/// <list type="number">
/// <item>what stands between blobs (headers, padding, the two files of an OCI layout, the end) follows from the inventory to the byte;</item>
/// <item>a blob and its chunks have digests;</item>
/// <item>a layer can be decompressed.</item>
/// </list>
/// After something wrong it goes on at the place where the next must be.
/// </summary>
internal sealed class BundleCheck : IDisposable
{
    // Each waits with up to 16 MiB.
    private static readonly int LayersAtOnce = Math.Clamp(Environment.ProcessorCount, 1, 4);

    private readonly BundleFile _bundle;
    private readonly BundleFindings _findings;
    private readonly IEnumerator<BundleSegment> _segments;
    private readonly Queue<Task> _unpacking = [];
    private BundleSegment? _segment;
    private BlobCheck? _blob;
    private long _done;
    private (ContentException Failure, long Offset, long Bytes)? _unreadable;
    private long? _differsAt;

    public BundleCheck(BundleFile bundle, BundleFindings findings)
    {
        _bundle = bundle;
        _findings = findings;
        _segments = BundleSegment.Of(bundle).GetEnumerator();
        _segment = _segments.MoveNext() ? _segments.Current : null;
    }

    /// <summary>Takes what comes next.</summary>
    public async ValueTask AppendAsync(Piece piece, CancellationToken ct)
    {
        for (var bytes = piece.Bytes; !bytes.IsEmpty && _segment is not null;)
        {
            var part = bytes[..(int)Math.Min(bytes.Length, _segment.Length - _done)];
            if (piece.Failure is { } failure)
                _unreadable = _unreadable is { } before ? before with { Bytes = before.Bytes + part.Length } : (failure, _segment.Offset + _done, part.Length);
            if (_blob is { } blob)
            {
                // First to the thread that decompresses, so that both work at once.
                if (blob.Layer is { } layer)
                    await layer.AppendAsync(part, ct);
                blob.Append(part.Span, piece.Failure is null);
            }
            else if (_segment.Expected is { } expected && piece.Failure is null)
            {
                Compare(part.Span, expected.AsSpan((int)_done, part.Length));
            }
            _done += part.Length;
            bytes = bytes[part.Length..];
            while (_segment is not null && _done == _segment.Length)
                await NextAsync(ct);
        }
    }

    /// <summary>Says that the medium ended after <paramref name="length"/> bytes, and waits for what still goes on.</summary>
    public async Task CompleteAsync(long length)
    {
        if (_segment is not null)
        {
            EndUnreadable();
            _blob?.Layer?.Complete();
            var missing = _bundle.Inventory.Blobs.Where((blob, i) => _bundle.OffsetOf(i) + blob.Size > length).Count();
            _findings.Add(new BundleViolation(
                Reasons.ReadFailed,
                $"Nothing can be read from byte {length} on, in the middle of {_segment.What}; {_bundle.Length - length} bytes and {missing} blobs are missing. The copy is incomplete; write the bundle again.")
            {
                Offset = length,
                Blob = _segment.Blob is { } blob ? _bundle.Inventory.Blobs[blob].Digest : null,
            });
        }
        await Task.WhenAll(_unpacking);
    }

    public void Dispose()
    {
        _blob?.Layer?.Complete();
        _blob?.Dispose();
        _segments.Dispose();
    }

    private void Compare(ReadOnlySpan<byte> found, ReadOnlySpan<byte> expected)
    {
        var same = found.CommonPrefixLength(expected);
        if (same < found.Length)
            _differsAt ??= _segment!.Offset + _done + same;
    }

    // The segment has been seen to its end; begins the next one.
    private async ValueTask NextAsync(CancellationToken ct)
    {
        EndUnreadable();
        if (_differsAt is { } at)
            _findings.Add(new BundleViolation(Reasons.InvalidBundle, $"At byte {at}, in {_segment!.What}, is something else than follows from the inventory. The bundle was damaged or changed; write it again.") { Offset = at });
        _differsAt = null;
        if (_blob is not null)
            EndBlob(_blob, _segment!.Blob!.Value);
        _blob = null;
        _done = 0;
        _segment = _segments.MoveNext() ? _segments.Current : null;
        if (_segment?.Blob is not { } next)
            return;
        var blob = _bundle.Inventory.Blobs[next];
        if (!MediaTypes.IsLayer(blob.MediaType))
        {
            _blob = new BlobCheck(blob);
            return;
        }
        while (_unpacking.Count >= LayersAtOnce)
            await _unpacking.Dequeue();
        _blob = new BlobCheck(blob) { Layer = new LayerPipe(blob.Digest, _bundle.Inventory.UnpackedSize, ct) };
    }

    private void EndBlob(BlobCheck check, int index)
    {
        using (check)
        {
            var blob = _bundle.Inventory.Blobs[index];
            var offset = _bundle.OffsetOf(index);
            var (holds, wrongChunks) = check.Complete();
            if (check.Layer is { } layer)
            {
                layer.Complete();
                _unpacking.Enqueue(layer.Unpacked);
                if (holds)
                    _findings.Unpacked[index] = layer.Unpacked;
            }
            if (holds)
                _findings.Intact.Add(index);
            else if (wrongChunks.Count == 0 && !_findings.Unreadable.Contains(index))
                Wrong(offset, $"Blob {blob.Digest} has other bytes than its digest says.");
            foreach (var chunk in wrongChunks)
            {
                var from = offset + ((long)chunk * BlobSpec.ChunkSize);
                Wrong(from, $"Chunk {chunk} of blob {blob.Digest}, {BlobSpec.ChunkSize >> 20} MiB from byte {from} on, has other bytes than its digest in the inventory says{(holds ? ", although the blob as a whole is what it should be" : "")}.");
            }

            void Wrong(long at, string sentence) => _findings.Add(new BundleViolation(
                Reasons.DigestMismatch,
                $"{sentence} {(holds ? "Build the bundle again." : "The medium is damaged; write the bundle again.")}") { Blob = blob.Digest, Offset = at, Image = _findings.ImageOf(index) });
        }
    }

    private void EndUnreadable()
    {
        if (_unreadable is not { } lost)
            return;
        _unreadable = null;
        Digest? digest = _segment!.Blob is { } blob ? _bundle.Inventory.Blobs[blob].Digest : null;
        _findings.Add(new BundleViolation(
            Reasons.ReadFailed,
            $"From byte {lost.Offset} on, in {_segment.What}, {lost.Bytes} bytes cannot be read: {lost.Failure.Message}")
        {
            Offset = lost.Offset,
            Blob = digest,
            Image = _segment.Blob is { } index ? _findings.ImageOf(index) : null,
        });
        if (_segment.Blob is { } unreadable)
            _findings.Unreadable.Add(unreadable);
    }
}
