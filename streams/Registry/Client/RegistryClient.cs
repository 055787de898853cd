using System.Collections.Concurrent;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>
/// Reads images from registries (OCI distribution specification v1.1, Docker registry v2): with the credentials of a pull secret, from mirrors first,
/// through redirects and proxies. Every byte is checked against its digest and size. What fails for a reason that may pass is tried again, from
/// where it broke off, until nothing has come for <see cref="RegistryClientOptions.GiveUpAfter"/>; so a network may be gone for minutes. May be used
/// for any number of fetches at once; each holds one buffer of at most 1 MiB.
/// </summary>
public sealed class RegistryClient : IDisposable
{
    private readonly RegistryClientOptions _options;
    private readonly TimeProvider _time;
    private readonly RegistryTransport _transport;
    private readonly RegistryTokens _tokens;
    private readonly RegistryRequests _requests;
    private readonly Persistence _persistence;
    private readonly ConcurrentDictionary<string, RegistryHost> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes one.</summary>
    /// <param name="options">Credentials, mirrors, trust and limits.</param>
    /// <param name="time">The clock of all waiting.</param>
    /// <param name="notice">Told whenever something is tried again: for a progress line. Called on any thread.</param>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidReference"/>: a name among the insecure registries is none.</exception>
    public RegistryClient(RegistryClientOptions options, TimeProvider time, Action<RegistryNotice>? notice = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ConnectionsPerHost, 1);
        (_options, _time) = (options, time);
        _transport = new RegistryTransport(options);
        _tokens = new RegistryTokens(_transport, options.Auth, time);
        _requests = new RegistryRequests(_transport, _tokens);
        _persistence = new Persistence(options, time, notice);
    }

    /// <summary>
    /// Fetches a manifest or index. By digest, its bytes have that digest. By tag, their digest is computed, and a registry that names another one in
    /// <c>Docker-Content-Digest</c> is not believed. Without both, <see cref="ImageReference.DefaultTag"/> is meant.
    /// </summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.RegistryUnknown"/>, <see cref="Reasons.RegistryUnauthorized"/>, <see cref="Reasons.RegistryUntrusted"/>,
    /// <see cref="Reasons.RegistryRefused"/>: no place has it for us, with the reason of the last one asked; <see cref="Reasons.RegistryUnreachable"/>: given up;
    /// <see cref="Reasons.DigestMismatch"/>: twice other bytes than the digest says; <see cref="Reasons.LimitExceeded"/>: larger than
    /// <see cref="RegistryClientOptions.MaxManifestBytes"/>; <see cref="Reasons.InvalidAuthFile"/>: a credential helper would be needed.
    /// </exception>
    public Task<FetchedManifest> GetManifestAsync(ImageReference reference, CancellationToken ct) => FetchManifestAsync(reference, mayBeMissing: false, ct);

    /// <summary>
    /// As <see cref="GetManifestAsync"/>; null when the registry says that it has none, whatever its mirrors say, or when a mirror says so and the
    /// registry cannot be reached.
    /// </summary>
    /// <exception cref="ContentException">As <see cref="GetManifestAsync"/>, without <see cref="Reasons.RegistryUnknown"/>.</exception>
    public async Task<FetchedManifest?> FindManifestAsync(ImageReference reference, CancellationToken ct)
    {
        try
        {
            return await FetchManifestAsync(reference, mayBeMissing: true, ct);
        }
        catch (ContentException e) when (e.Reason == Reasons.RegistryUnknown)
        {
            return null;
        }
    }

    /// <summary>
    /// Fetches a blob from <see cref="IBlobTarget.Position"/> on, across connections, mirrors and retries, until the target says that it is complete. What
    /// the target has is kept whatever happens. Bytes that turn out wrong are fetched again once from each place.
    /// </summary>
    /// <param name="repository">Where the blob is; tag and digest do not matter.</param>
    /// <param name="blob">Digest and size of the blob.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ContentException">
    /// As <see cref="GetManifestAsync"/>; <see cref="Reasons.SizeMismatch"/>: no place has a blob of that size under that digest.
    /// </exception>
    public async Task FetchBlobAsync(ImageReference repository, Descriptor blob, IBlobTarget target, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(target);
        if (target.Position > blob.Size)
            throw new ContentException(Reasons.SizeMismatch, $"There are {target.Position} bytes of blob {blob.Digest} here, but it has {blob.Size}.") { Digest = blob.Digest };
        if (target.Position == blob.Size && await target.CompleteAsync(ct))
            return;
        var sources = Sources(repository);
        var fetch = new BlobFetch(_requests, _options, _time, blob, target, sources, ct);
        await _persistence.RunAsync(new Wanted($"blob {blob.Digest} of {repository.Name}", blob.Digest, LastDecides: false), sources, fetch.AttemptAsync, ct);
    }

    /// <summary>Fetches a small blob, such as a config, into memory.</summary>
    /// <param name="repository">Where the blob is; tag and digest do not matter.</param>
    /// <param name="blob">Digest and size of the blob.</param>
    /// <param name="limit">How large it may be, in bytes.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ContentException">As <see cref="FetchBlobAsync"/>; <see cref="Reasons.LimitExceeded"/>: it is larger.</exception>
    public async Task<byte[]> GetBlobAsync(ImageReference repository, Descriptor blob, long limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(blob);
        if (blob.Size > Math.Min(limit, Array.MaxLength))
            throw new ContentException(Reasons.LimitExceeded, $"Blob {blob.Digest} of {repository.Name} has {blob.Size} bytes; at most {limit} are allowed.") { Digest = blob.Digest };
        var target = new MemoryBlob(blob);
        await FetchBlobAsync(repository, blob, target, ct);
        return target.Bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        _tokens.Dispose();
        foreach (var host in _hosts.Values)
            host.Dispose();
    }

    private Task<FetchedManifest> FetchManifestAsync(ImageReference reference, bool mayBeMissing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var fetch = new ManifestFetch(_requests, _options, _time, reference, ct);
        return _persistence.RunAsync(new Wanted($"manifest {reference}", reference.Digest, LastDecides: true, mayBeMissing), Sources(reference), fetch.AttemptAsync, ct);
    }

    private List<RegistrySource> Sources(ImageReference reference)
    {
        var covering = _options.Mirrors.Where(mirror => mirror.Covers(reference.Name)).ToList();
        var longest = covering.Count > 0 ? covering.Max(static mirror => mirror.Source.Length) : 0;
        var sources = new List<RegistrySource>();
        foreach (var mirror in covering.Where(mirror => mirror.Source.Length == longest))
        {
            if (!mirror.TryPlace(reference.Name, out var place))
                throw new ContentException(Reasons.InvalidReference, $"The mirror {mirror} leaves no repository of {reference.Name}; its right side needs a path.");
            sources.Add(new RegistrySource(Host(place.Registry), place.Repository));
        }

        if (sources.Count == 0 || !_options.MirrorsOnly)
            sources.Add(new RegistrySource(Host(reference.Registry), reference.Repository));
        return sources;
    }

    private RegistryHost Host(string name) => _hosts.GetOrAdd(name, name =>
        new RegistryHost(name, _transport.IsInsecure(new Uri($"https://{name}")), _options.ConnectionsPerHost, _time));
}
