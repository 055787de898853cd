namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>A store of containers/storage.</summary>
internal sealed class CrioStore
{
    public List<CrioImage> Images { get; } = [];

    public HashSet<string> Layers { get; } = new(StringComparer.Ordinal);

    public void Add(CrioImage image)
    {
        Images.Add(image);
        Layers.UnionWith(image.Layers);
    }
}
