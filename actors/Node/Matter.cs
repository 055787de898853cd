namespace Handcarry.Actors.Node;

/// <summary>What a node's reason word is about.</summary>
public enum Matter
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Drawing blobs from another node.</summary>
    Drawing,

    /// <summary>Reading a medium.</summary>
    Medium,

    /// <summary>Room for blobs that are still to come.</summary>
    Space,

    /// <summary>Importing and publishing images.</summary>
    Loading,
}
