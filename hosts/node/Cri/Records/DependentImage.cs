namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>An image recorded in the main storage that stands on a layer of a store.</summary>
/// <param name="Id">Its id; removing by name does not always remove (reference/container-storage.md D4).</param>
/// <param name="Names">Its recorded names.</param>
/// <param name="Layer">The topmost layer that is nowhere else.</param>
/// <param name="Remedy">What is to be done before the store goes.</param>
public sealed record DependentImage(string Id, IReadOnlyList<string> Names, string Layer, RecordRemedy Remedy);
