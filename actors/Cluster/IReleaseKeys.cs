using Handcarry.Streams.Signatures;

namespace Handcarry.Actors.Cluster;

/// <summary>The keys that the cluster itself verifies releases with.</summary>
public interface IReleaseKeys
{
    /// <summary>
    /// The keyrings, by name in ordinal order, a key of each of which must have signed a release; none when the cluster has none.
    /// Throws <see cref="ApiUnavailableException"/>, and <see cref="Streams.Content.ContentException"/> for a keyring that cannot be read.
    /// </summary>
    ValueTask<IReadOnlyList<ReleaseKeyring>> ReadAsync(CancellationToken cancellationToken);
}
