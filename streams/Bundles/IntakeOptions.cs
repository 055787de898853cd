using Handcarry.Streams.Replication;

namespace Handcarry.Streams.Bundles;

/// <summary>How <see cref="BundleIntake"/> works. The defaults suit a stick and a disk.</summary>
public sealed record IntakeOptions
{
    /// <summary>Bytes per read from the medium; two such buffers are in use. Default 512 KiB.</summary>
    public int BufferSize { get; init; } = 512 << 10;

    /// <summary>
    /// Blobs whose syncing to disk may still be under way while the next are read, so that many small ones share it. Default 16.
    /// </summary>
    public int PendingSyncs { get; init; } = 16;

    /// <summary>How fast the medium may be read; as fast as it can when null.</summary>
    public RateLimit? Limit { get; init; }

    /// <summary>Told the bytes really read from the medium so far, after each read, on the thread of the intake. Must be quick.</summary>
    public Action<long>? Progress { get; init; }

    /// <summary>
    /// Told the index of each blob that begins to grow in the store, from when on others can draw it here; on the thread of the intake. Must
    /// be quick.
    /// </summary>
    public Action<int>? Begun { get; init; }
}
