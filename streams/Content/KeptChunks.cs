namespace Handcarry.Streams.Content;

/// <summary>The chunks of a partial blob of <paramref name="size"/> bytes that are right and kept while some before them are missing.</summary>
internal sealed class KeptChunks(long size)
{
    private readonly SortedSet<long> _starts = [];

    /// <summary>Where the last of them ends; 0 when there is none.</summary>
    public long End => _starts.Count == 0 ? 0 : Math.Min(_starts.Max + BlobSpec.ChunkSize, size);

    /// <summary>Keeps the chunk that starts there.</summary>
    public void Add(long start) => _starts.Add(start);

    /// <summary>The chunk that <paramref name="offset"/> lies in is written over.</summary>
    public void Remove(long offset) => _starts.Remove(offset - (offset % BlobSpec.ChunkSize));

    /// <summary>Those before <paramref name="end"/> have none missing before them any more.</summary>
    public void RemoveBefore(long end) => _starts.RemoveWhere(start => start < end);

    /// <summary>Where those end that follow from <paramref name="start"/> on without a gap; <paramref name="start"/> itself when there is none.</summary>
    public long EndOfRun(long start)
    {
        while (_starts.Contains(start))
            start = Math.Min(start + BlobSpec.ChunkSize, size);
        return start;
    }

    /// <summary>Where the next one behind <paramref name="offset"/> starts; the size of the blob when there is none.</summary>
    public long NextAfter(long offset) => _starts.GetViewBetween(offset, long.MaxValue) is { Count: > 0 } next ? next.Min : size;
}
