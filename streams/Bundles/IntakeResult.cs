using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>What became of one blob of a bundle.</summary>
/// <param name="Index">Index of the blob in <see cref="BundleInventory.Blobs"/>.</param>
public abstract record IntakeResult(int Index)
{
    /// <summary>Read, verified and stored durably.</summary>
    /// <param name="Index">Index of the blob.</param>
    /// <param name="BytesRead">Bytes of it that were read from the medium: fewer than its size when an earlier part was here already.</param>
    public sealed record Stored(int Index, long BytesRead) : IntakeResult(Index);

    /// <summary>Was here already; passed over.</summary>
    /// <param name="Index">Index of the blob.</param>
    public sealed record Present(int Index) : IntakeResult(Index);

    /// <summary>
    /// The bytes on the medium are not those of the blob, or some of them cannot be read. Nothing wrong was kept; of a blob with chunks all that were
    /// read and right, so that another medium needs to give only the others.
    /// </summary>
    /// <param name="Index">Index of the blob.</param>
    /// <param name="Violation">
    /// DigestMismatch or SizeMismatch, with digest and, where known, the offset within the blob; ReadFailed or PartMissing, with the offset on the medium.
    /// </param>
    public sealed record Rejected(int Index, ContentException Violation) : IntakeResult(Index);
}
