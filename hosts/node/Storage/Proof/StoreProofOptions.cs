namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>How much a proof may use. A store may come from a stranger's stick: every number in it is bounded.</summary>
public sealed record StoreProofOptions
{
    /// <summary>
    /// Cores that are used, 1 or more: each proves a layer, which takes up to 3 MiB of buffers and what <see cref="MaxEntries"/> allows; where there are fewer layers than
    /// cores, one reads and another hashes. The work is done on the task scheduler of whoever starts the proof.
    /// </summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Files, folders and links in one layer, 1 or more; about 300 bytes of memory each while the layer is proved.</summary>
    public int MaxEntries { get; init; } = 1_000_000;

    /// <summary>Bytes of one layer's tar stream, 1 or more.</summary>
    public long MaxLayerBytes { get; init; } = 64L << 30;

    /// <summary>Bytes of images.json and of layers.json, 1 or more; a release needs less than 1 MiB of each.</summary>
    public int MaxRecordBytes { get; init; } = 64 << 20;

    /// <summary>Violations that are listed, 1 or more.</summary>
    public int MaxViolations { get; init; } = 1000;

    /// <summary>Whether the first violation ends the proof, where it matters more how soon one is known.</summary>
    public bool OnlyFirst { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> that names the setting at fault.</summary>
    internal StoreProofOptions Validated()
    {
        foreach (var (name, value) in ((string, long)[])[
            (nameof(Parallelism), Parallelism), (nameof(MaxEntries), MaxEntries), (nameof(MaxLayerBytes), MaxLayerBytes),
            (nameof(MaxRecordBytes), MaxRecordBytes), (nameof(MaxViolations), MaxViolations)])
        {
            if (value < 1)
                throw new ArgumentException($"{name} is {value}; it must be 1 or more.");
        }
        return this;
    }
}
