namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>
/// What is known of a bundle in parts from media that were seen: enough to know where the bytes of every part belong, to read the blobs in one part without
/// the others, and to put together what lies across the end of a part.
/// </summary>
/// <param name="File">Name of the bundle's file, without the number of a part.</param>
/// <param name="PartSize">Bytes of each part but the last.</param>
/// <param name="Length">Bytes of all parts.</param>
/// <param name="Known">Stretches of it that are kept in memory, by their offsets: the bundle up to the end of its inventory, and <see cref="Edges"/>.</param>
internal sealed record PartedBundle(string File, long PartSize, long Length, IReadOnlyDictionary<long, ReadOnlyMemory<byte>> Known)
{
    /// <summary>Bytes that are kept on each side of the end of a part: no chunk, and no blob without chunks, has more.</summary>
    public const int Edge = Streams.Content.BlobSpec.ChunkSize;

    /// <summary>Whether <paramref name="other"/> is the same bundle, cut the same way, as far as its beginning tells.</summary>
    public bool IsSame(PartedBundle other) =>
        (File, PartSize, Length) == (other.File, other.PartSize, other.Length) && Known[0].Span.SequenceEqual(other.Known[0].Span);

    /// <summary>The beginnings and ends of these parts behind or before which another is missing.</summary>
    public IEnumerable<(long Start, int Length)> Edges(IReadOnlyList<FoundPart> parts)
    {
        var here = parts.Select(static part => part.Number).ToHashSet();
        foreach (var number in here)
        {
            var (start, end) = ((number - 1) * PartSize, Math.Min(number * PartSize, Length));
            var length = (int)Math.Clamp(end - start, 0, Edge);
            if (number > 1 && length > 0 && !here.Contains(number - 1))
                yield return (start, length);
            if (end < Length && !here.Contains(number + 1))
                yield return (end - length, length);
        }
    }

    /// <summary>The whole bundle out of the parts that are here, by number, and what is known of others; what is missing is a piece without bytes.</summary>
    public List<BundlePiece> Pieces(IReadOnlyDictionary<int, BundlePiece> parts)
    {
        var pieces = new List<BundlePiece>();
        var number = 1;
        for (long start = 0; start < Length; start += PartSize, number++)
        {
            var end = Math.Min(start + PartSize, Length);
            var name = new BundleFileName(File, number).ToString();
            if (parts.GetValueOrDefault(number) is { } part)
                pieces.Add(part with { Start = start, Length = Math.Min(part.Length, end - start) });
            else
                AddKnown(pieces, start, end, name);
            AddMissing(pieces, end, name);
        }
        return pieces;
    }

    private void AddKnown(List<BundlePiece> pieces, long start, long end, string name)
    {
        foreach (var (offset, bytes) in Known.OrderBy(static known => known.Key))
        {
            var (from, to) = (Math.Max(offset, Math.Max(start, EndOf(pieces))), Math.Min(offset + bytes.Length, end));
            if (from >= to)
                continue;
            AddMissing(pieces, from, name);
            pieces.Add(new BundlePiece(from, to - from, name, new MemoryPart(bytes[(int)(from - offset)..(int)(to - offset)])));
        }
    }

    private static void AddMissing(List<BundlePiece> pieces, long end, string name)
    {
        var at = EndOf(pieces);
        if (at < end)
            pieces.Add(new BundlePiece(at, end - at, name, null));
    }

    private static long EndOf(List<BundlePiece> pieces) => pieces.Count == 0 ? 0 : pieces[^1].Start + pieces[^1].Length;
}
