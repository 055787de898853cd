namespace Handcarry.Actors.Node;

/// <summary>How far reading the blobs again is that were here when the agent started.</summary>
public enum CheckState
{
    /// <summary>It is done, or there were none.</summary>
    Done,

    /// <summary>It begins when it is known which ones they are.</summary>
    Due,

    /// <summary>It is under way.</summary>
    Running,
}
