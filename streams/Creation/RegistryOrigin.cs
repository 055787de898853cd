using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Creation;

/// <summary>Layers from the registries; what was fetched to find out about them, from the resolver.</summary>
public sealed class RegistryOrigin(RegistryClient client, ReleaseResolver resolver, ResolvedRelease release) : IBlobOrigin
{
    /// <inheritdoc/>
    public async Task FetchAsync(Descriptor blob, IBlobTarget target, CancellationToken ct)
    {
        if (resolver.Find(blob.Digest) is { } here)
            await LocalOrigin.CopyAsync(new MemoryStream(here, writable: false), blob, target, ct);
        else
            await client.FetchBlobAsync(release.Sources[blob.Digest], blob, target, ct);
    }
}
