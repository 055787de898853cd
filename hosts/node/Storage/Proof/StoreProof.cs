namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>What the proof of a sealed store found.</summary>
/// <param name="Violations">All that is wrong, in the order of path and sentence; the first ones when there are more than the limit.</param>
/// <param name="Omitted">Violations above the limit that are not listed.</param>
/// <param name="OwnersKnown">False when owners, devices, set-user-id bits and extended attributes were not to be had, and were left out of the proof.</param>
/// <param name="Images">Images that were looked for.</param>
/// <param name="Layers">Layers that were put together again.</param>
/// <param name="Bytes">Bytes of their tar streams.</param>
public sealed record StoreProof(IReadOnlyList<StoreViolation> Violations, long Omitted, bool OwnersKnown, int Images, int Layers, long Bytes)
{
    /// <summary>Whether the store is what the bundle says, as far as it could be known.</summary>
    public bool Holds => Violations.Count == 0;
}
