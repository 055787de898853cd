namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>A small file of a store.</summary>
internal static class StoreFile
{
    /// <summary>All of it; longer than <paramref name="limit"/>: <see cref="InvalidDataException"/>; not a regular file, or not to be read: <see cref="IOException"/>.</summary>
    public static byte[] Read(StoreFolder store, string path, int limit)
    {
        var slash = path.LastIndexOf('/');
        using var folder = store.OpenFolder(slash < 0 ? "" : path[..slash]);
        using var file = folder.OpenFile(path[(slash + 1)..]);
        var length = RandomAccess.GetLength(file);
        if (length > limit)
            throw new InvalidDataException($"it is {length} bytes long; at most {limit} are allowed");
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = RandomAccess.Read(file, bytes.AsSpan(read), read);
            read += count > 0 ? count : throw new IOException("it ends too soon");
        }
        return bytes;
    }
}
