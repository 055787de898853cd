using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>A layer as layers.json has it.</summary>
/// <param name="Id">64 hex digits, the name of its folder.</param>
/// <param name="Parent">The layer below it; null for a base.</param>
/// <param name="DiffId">Digest of its tar stream.</param>
/// <param name="Size">Bytes of its tar stream, as the record claims.</param>
internal sealed record LayerRecord(string Id, string? Parent, Digest DiffId, long Size)
{
    /// <summary>The folder of its files.</summary>
    public string Diff => $"overlay/{Id}/diff";

    /// <summary>How to put its tar stream together again.</summary>
    public string TarSplit => $"{Id}.tar-split.gz";
}
