using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// The digest of a bundle's file, as <c>sha256sum</c> prints it, with what these same bytes say of themselves: whoever has vetted the file
/// has vetted the inventory that <see cref="Metadata"/> names, and may go by that from here on.
/// </summary>
/// <param name="Metadata">metadata.json of the bytes that were hashed.</param>
/// <param name="Digest">SHA-256 of the archive from its first byte to its end; what follows it, as on a raw device, does not count.</param>
public sealed record BundleFileDigest(BundleMetadata Metadata, Digest Digest)
{
    private const int Step = 1 << 20;

    /// <summary>Reads all of a bundle once, from its first byte.</summary>
    /// <exception cref="ContentException">
    /// As <see cref="BundleReader.OpenAsync"/> and <see cref="BundleReader.ReadInventoryAsync"/>, and <see cref="Reasons.ReadFailed"/> when it ends early.
    /// </exception>
    public static async Task<BundleFileDigest> TakeAsync(Stream stream, BundleLimits limits, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(stream);
        await using var hashed = new HashedStream(stream);
        var reader = await BundleReader.OpenAsync(hashed, limits, ct);
        await reader.ReadInventoryAsync(ct);
        var buffer = new byte[Step];
        for (int read; hashed.Position < reader.Length;)
        {
            read = await hashed.ReadAsync(buffer.AsMemory(0, (int)Math.Min(Step, reader.Length - hashed.Position)), ct);
            if (read == 0)
            {
                throw new ContentException(Reasons.ReadFailed, $"The bundle ended at byte {hashed.Position} of {reader.Length}, before the digest of its file was taken. Make the medium anew.")
                {
                    Offset = hashed.Position,
                };
            }
        }

        return new BundleFileDigest(reader.Metadata, hashed.Complete());
    }
}
