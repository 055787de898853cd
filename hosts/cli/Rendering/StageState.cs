namespace Handcarry.Cli.Rendering;

/// <summary>Where a stage stands.</summary>
internal enum StageState
{
    /// <summary>At work.</summary>
    Running,

    /// <summary>Everything is done.</summary>
    Done,

    /// <summary>Ended before everything was done.</summary>
    Stopped,
}
