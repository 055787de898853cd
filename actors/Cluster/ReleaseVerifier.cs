using System.Text;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Verifies the release in a bundle with the signatures that came with it and the cluster's own keys, as the cluster version operator will once
/// it is asked: then it is too late to tell the technician before everything was loaded in vain.
/// </summary>
/// <param name="signatures">Reads the bundle's signatures.</param>
/// <param name="keys">The cluster's keys.</param>
/// <param name="time">For keys that expire.</param>
public sealed class ReleaseVerifier(SignatureReader signatures, IReleaseKeys keys, TimeProvider time)
{
    /// <summary>Whether the publisher vouches for the release of <paramref name="bundle"/>.</summary>
    /// <exception cref="ContentException">The bundle is not whole on this node, or a keyring cannot be read.</exception>
    /// <exception cref="ApiUnavailableException">The cluster's keys cannot be asked for now.</exception>
    public async ValueTask<SignatureVerdict> VerifyAsync(BundleView bundle, TrustSpec trust, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return await VerifyAsync(bundle.Release, () => ReadAsync(bundle, cancellationToken), trust, cancellationToken);
    }

    /// <summary>Whether the publisher vouches for <paramref name="release"/> with these <paramref name="signatures"/>, before they are on any node.</summary>
    /// <exception cref="ContentException">A keyring cannot be read, or the release is not named by its digest.</exception>
    /// <exception cref="ApiUnavailableException">The cluster's keys cannot be asked for now.</exception>
    public ValueTask<SignatureVerdict> VerifyAsync(string release, IReadOnlyList<byte[]> signatures, TrustSpec trust, CancellationToken cancellationToken) =>
        VerifyAsync(release, () => ValueTask.FromResult(signatures), trust, cancellationToken);

    private async ValueTask<SignatureVerdict> VerifyAsync(string release, Func<ValueTask<IReadOnlyList<byte[]>>> read, TrustSpec trust, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trust);
        var own = await keys.ReadAsync(cancellationToken);
        if (own.Count == 0)
            return new SignatureVerdict(Reasons.ReleaseKeysMissing, "The cluster has no keys of releases: ConfigMap openshift-config-managed/release-verification has none, or is not there.");
        var extra = trust.ReleaseKeyrings.Select((text, i) => ReleaseKeyring.Parse($"spec.trust.releaseKeyrings[{i}]", Encoding.UTF8.GetBytes(text)));
        var carried = await read();
        return ReleaseSignature.VerifyAll(
            [.. carried.Select(signature => (ReadOnlyMemory<byte>)signature)], ImageName.Parse(release).Digest, [.. own, .. extra], time.GetUtcNow());
    }

    /// <summary>The signatures that came with the bundle, for the operator.</summary>
    /// <exception cref="ContentException">The bundle is not whole on this node.</exception>
    public ValueTask<IReadOnlyList<byte[]>> ReadAsync(BundleView bundle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return signatures.ReadAsync(Digest.Parse(bundle.Commitment), cancellationToken);
    }
}
