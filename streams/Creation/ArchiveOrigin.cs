using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Creation;

/// <summary>Blobs of an image on this machine, and all others from elsewhere.</summary>
/// <param name="archive">The image.</param>
/// <param name="elsewhere">Where the other blobs come from.</param>
public sealed class ArchiveOrigin(ImageArchive archive, IBlobOrigin elsewhere) : IBlobOrigin
{
    /// <inheritdoc/>
    public Task FetchAsync(Descriptor blob, IBlobTarget target, CancellationToken ct) =>
        archive.Has(blob.Digest) ? LocalOrigin.CopyAsync(archive.OpenRead(blob.Digest), blob, target, ct) : elsewhere.FetchAsync(blob, target, ct);
}
