namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>A container, running or not, whose files are partly in a store.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Image">Id of its image.</param>
/// <param name="Layer">The topmost layer that is nowhere else.</param>
public sealed record DependentContainer(string Id, string Image, string Layer);
