using Akka;
using Akka.Streams.Dsl;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// Brings the blobs of a bundle into a blob store, as a source of results in the order of the inventory: one blob per element, read when
/// it is asked for. A blob that is not what it should be is reported and reading goes on with the next, so that one pass finds every
/// violation; a failing medium or a full disk fails the stream, after the results of all blobs before it.
/// </summary>
public static class BundleIntake
{
    /// <summary>
    /// A source that can be run once, since the medium is read once. The inventory must have been read. Cancelling keeps the verified
    /// chunks of the blob under way; the next intake goes on after them.
    /// </summary>
    /// <remarks>
    /// The stream fails with <see cref="ContentException"/>: ReadFailed, InvalidBundle (the tar is not what its inventory says), NoSpace,
    /// WriteFailed.
    /// </remarks>
    public static Source<IntakeResult, NotUsed> Create(BundleReader reader, BlobStore store, IntakeOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BufferSize, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.PendingSyncs, nameof(options));
        return Source.FromGraph(new IntakeStage(reader, store, options));
    }
}
