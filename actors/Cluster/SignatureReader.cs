using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>Reads the release's GPG signatures out of this node's blobs, where they came with the bundle.</summary>
public sealed class SignatureReader(BlobStore blobs, BundleLimits limits)
{
    /// <summary>Signatures are a few hundred bytes; the reader of the operator's own library stops at 50 KiB (reference/openshift.md section 2.1).</summary>
    private const long Largest = 50 << 10;

    /// <summary>The signatures of the bundle with this commitment, in the bundle's order; none when it carries none.</summary>
    /// <exception cref="ContentException">The bundle is not whole on this node.</exception>
    public async ValueTask<IReadOnlyList<byte[]>> ReadAsync(Digest commitment, CancellationToken cancellationToken)
    {
        var inventory = await InventoryFile.ReadAsync(blobs, commitment, limits, cancellationToken);
        var signatures = new List<byte[]>();
        foreach (var index in inventory.Signatures)
            signatures.Add(await blobs.ReadAllAsync(inventory.Blobs[index].Digest, Largest, cancellationToken));
        return signatures;
    }
}
