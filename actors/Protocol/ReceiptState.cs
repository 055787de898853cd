namespace Handcarry.Actors.Protocol;

/// <summary>Whether a stick asks for a receipt about the bundle that a node works on (docs/receipt.md).</summary>
public enum ReceiptState
{
    /// <summary>None does, or what is there cannot be written to.</summary>
    None,

    /// <summary>One does, and has none yet of how things stand.</summary>
    Owed,

    /// <summary>It is on the stick.</summary>
    Given,
}
