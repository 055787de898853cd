namespace Handcarry.E2e.Tests.Faults;

/// <summary>The directions of a link, as a drawing node sees them.</summary>
[Flags]
public enum Way
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>From the drawing node to the holder: its requests.</summary>
    Up = 1,

    /// <summary>From the holder to the drawing node: the blobs.</summary>
    Down = 2,

    /// <summary>All of it.</summary>
    Both = Up | Down,
}
