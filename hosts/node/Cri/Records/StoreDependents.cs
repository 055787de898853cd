namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>What keeps a store from being retired.</summary>
/// <param name="Images">Images of the main storage that would dangle, and with them every listing of images.</param>
/// <param name="Containers">Containers that would lose files.</param>
/// <param name="Broken">Ids of images whose layers are nowhere even now.</param>
public sealed record StoreDependents(IReadOnlyList<DependentImage> Images, IReadOnlyList<DependentContainer> Containers, IReadOnlyList<string> Broken)
{
    /// <summary>Whether the store may go as it is.</summary>
    public bool None => Images.Count == 0 && Containers.Count == 0;
}
