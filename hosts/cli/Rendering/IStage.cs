namespace Handcarry.Cli.Rendering;

/// <summary>
/// One piece of work. <see cref="IProgress{T}.Report"/> takes the bytes done since the last report, so that several workers may share a stage.
/// Disposed without <see cref="Complete"/>, it is told to have stopped on the way.
/// </summary>
internal interface IStage : IProgress<long>, IDisposable
{
    /// <summary>Says that the work is done. Further calls do nothing.</summary>
    void Complete();
}
