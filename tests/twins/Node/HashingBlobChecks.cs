using Handcarry.Actors.Node;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Twins.Node;

/// <summary>Reads each blob as a whole, as loud as it can.</summary>
public sealed class HashingBlobChecks(BlobStore store) : IBlobChecks
{
    public async Task RunAsync(IReadOnlyList<InventoryBlob> blobs, Action<int, string> damaged, IProgress<StoreProgress> progress, CancellationToken cancellationToken)
    {
        for (var i = 0; i < blobs.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(store.BlobsPath, "sha256", blobs[i].Digest.Hex);
            if (!File.Exists(path) || Digest.Of(await File.ReadAllBytesAsync(path, cancellationToken)) != blobs[i].Digest)
                damaged(i, $"Blob {blobs[i].Digest} is not what it was.");
        }
    }
}
