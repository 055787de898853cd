namespace Handcarry.Lab.Operator;

/// <summary>
/// What the nodes' container storage holds, asked of the storage itself. The operator's stand-in for kubelets that start pods from it.
/// </summary>
public interface INodeStores
{
    /// <summary>The names of the nodes of the cluster.</summary>
    IReadOnlyList<string> Nodes { get; }

    /// <summary>The images in a node's storage by full name and digest, <c>host/path@sha256:...</c>.</summary>
    Task<IReadOnlyCollection<string>> ImagesAsync(string node);

    /// <summary>
    /// The bytes of a file of an image in a node's storage; <paramref name="path"/> has no leading slash, such as <c>release-manifests/image-references</c>.
    /// Throws <see cref="FileNotFoundException"/> when the image is not in that storage or has no such file.
    /// </summary>
    Task<byte[]> ReadReleaseFileAsync(string node, string image, string path);
}
