using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Hosts.Node.Storage.Sealing;

/// <summary>Where the sealer gets the blobs of an image from.</summary>
public interface IImageBlobSource
{
    /// <summary>
    /// Makes all blobs of the image (list, manifest, configuration, layers) available as files until the result is disposed. Called once for
    /// each image, for several at the same time. Its exceptions end the sealing
    /// and come through; those of files and folders as <see cref="Handcarry.Streams.Content.Reasons.SealingFailed"/>.
    /// </summary>
    ValueTask<ImageBlobs> OpenAsync(ExpectedImage image, CancellationToken cancellationToken);
}
