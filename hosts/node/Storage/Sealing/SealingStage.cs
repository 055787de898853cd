namespace Handcarry.Hosts.Node.Storage.Sealing;

/// <summary>What the sealer is at.</summary>
public enum SealingStage
{
    /// <summary>Unpacking images into the store.</summary>
    Importing,

    /// <summary>Making the store's files durable.</summary>
    Syncing,

    /// <summary>Proving the store against the images.</summary>
    Proving,

    /// <summary>Packing the store into one file.</summary>
    Compressing,
}
