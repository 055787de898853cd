namespace Handcarry.Actors.Node;

/// <summary>How a job of the service manager ended (org.freedesktop.systemd1(5), JobRemoved).</summary>
public enum JobResult
{
    /// <summary>It did what was asked.</summary>
    Done,

    /// <summary>It was taken back before it was done.</summary>
    Canceled,

    /// <summary>It took too long.</summary>
    Timeout,

    /// <summary>It was tried, and failed.</summary>
    Failed,

    /// <summary>Something that the unit needs failed before.</summary>
    Dependency,

    /// <summary>There was nothing to do for the unit in its state.</summary>
    Skipped,

    /// <summary>A result that this version does not know.</summary>
    Other,
}
