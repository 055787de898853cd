namespace Handcarry.Hosts.Node.Pins;

/// <summary>What was needed for pins to count.</summary>
public enum PinEffect
{
    /// <summary>Nothing: they were there and counted.</summary>
    Unchanged,

    /// <summary>The runtime took them while running.</summary>
    Applied,

    /// <summary>CRI-O was restarted.</summary>
    Restarted,

    /// <summary>They count when CRI-O is restarted next, which was not allowed.</summary>
    RestartNeeded,

    /// <summary>This version of the runtime knows no pins; they count after its upgrade.</summary>
    NotKnown,
}
