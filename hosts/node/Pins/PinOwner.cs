namespace Handcarry.Hosts.Node.Pins;

/// <summary>Who says in the end which images CRI-O keeps. Its drop-ins replace each other's list, the last one by name wins (reference/container-storage.md D2).</summary>
public enum PinOwner
{
    /// <summary>The machine config operator, by a PinnedImageSet: our file loses against its own as soon as that is there.</summary>
    MachineConfigOperator,

    /// <summary>Handcarry: our file wins, and repeats what the operator's has.</summary>
    Handcarry,
}
