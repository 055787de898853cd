namespace Handcarry.Actors.Node;

/// <summary>How far a node is with a bundle's sealed store. Nothing of it is in the journal: after a start everything is looked at anew.</summary>
public sealed record SealedWork
{
    /// <summary>Whether something was asked for and has not been answered.</summary>
    public bool Asked { get; init; }

    /// <summary>Whether it is mounted.</summary>
    public bool Mounted { get; init; }

    /// <summary>Whether every layer is proved.</summary>
    public bool Proved { get; init; }

    /// <summary>Whether the runtime was seen to have its images.</summary>
    public bool Shown { get; init; }

    /// <summary>Whether it is not what the bundle says, and nothing that this node does will change that.</summary>
    public bool Wrong { get; init; }
}
