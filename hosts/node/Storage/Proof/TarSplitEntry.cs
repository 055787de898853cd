namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>One line of a tar-split record (vbatts/tar-split, tar/storage/entry.go).</summary>
/// <param name="IsFile">True for the content of a file that lies in the layer's folder, false for raw bytes of the stream.</param>
/// <param name="Name">Name of the file as the tar has it; one character for each byte.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Raw">The raw bytes; valid until the next entry is read.</param>
internal readonly record struct TarSplitEntry(bool IsFile, string Name, long Size, ReadOnlyMemory<byte> Raw);
