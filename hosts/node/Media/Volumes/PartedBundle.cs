namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>
/// What is known of a bundle in parts from having seen its first part: enough to know where the bytes of every other part belong, and to read the blobs in
/// them without it.
/// </summary>
/// <param name="File">Name of the bundle's file, without the number of a part.</param>
/// <param name="PartSize">Bytes of each part but the last.</param>
/// <param name="Length">Bytes of all parts.</param>
/// <param name="Front">The bundle up to the end of its inventory.</param>
internal sealed record PartedBundle(string File, long PartSize, long Length, ReadOnlyMemory<byte> Front)
{
    /// <summary>The whole bundle out of the parts that are here, by number; what is missing is a piece without bytes.</summary>
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
            else if (number == 1 && !Front.IsEmpty)
                pieces.Add(new BundlePiece(0, Math.Min(Front.Length, end), name, new MemoryPart(Front)));
            var here = pieces.Count == 0 ? 0 : pieces[^1].Start + pieces[^1].Length;
            if (here < end)
                pieces.Add(new BundlePiece(here, end - here, name, null));
        }
        return pieces;
    }
}
