namespace Handcarry.Cli.Rendering;

/// <summary>Shows stages in one form. Called by <see cref="StageProgress"/>, one call at a time.</summary>
internal interface IStageBoard
{
    /// <summary>How often <see cref="Show"/> is wanted.</summary>
    TimeSpan Every { get; }

    /// <summary>The stages that are open, in the order in which they began.</summary>
    void Show(IReadOnlyList<StageView> open);

    /// <summary>A stage that is no longer open; a <see cref="Show"/> of the others follows.</summary>
    void End(StageView stage);

    /// <summary>A sentence; a <see cref="Show"/> follows when stages are open.</summary>
    void Note(string sentence);
}
