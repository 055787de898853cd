namespace Handcarry.Streams.Registry.Client;

/// <summary>What a failed attempt says about the next one at the same place.</summary>
internal enum FaultKind
{
    /// <summary>It may work in a moment.</summary>
    Transient,

    /// <summary>The answer was not what was asked for: one more attempt, because something on the way may have done it.</summary>
    Wrong,

    /// <summary>It will fail again.</summary>
    Final,
}
