using Handcarry.Lab.Operator;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Site;

/// <summary>Lets the operator see the nodes' published stores through podman.</summary>
internal sealed class PublishedStores(IReadOnlyList<SiteNode> nodes) : INodeStores
{
    public IReadOnlyList<string> Nodes { get; } = [.. nodes.Select(static node => node.Name)];

    public async Task<IReadOnlyCollection<string>> ImagesAsync(string node) => await Of(node).ListAsync(CancellationToken.None);

    public async Task<byte[]> ReadReleaseFileAsync(string node, string image, string path)
    {
        try
        {
            var files = await Of(node).ReadAsync(ImageName.Parse(image), $"/{Path.GetDirectoryName(path)}", CancellationToken.None);
            return files[Path.GetFileName(path)];
        }
        catch (Exception error) when (error is LabException or KeyNotFoundException)
        {
            throw new FileNotFoundException($"There is no {path} in {image} on {node}.", path, error);
        }
    }

    private ContainerStore Of(string node) => nodes.Single(other => other.Name == node).Store;
}
