namespace Handcarry.Cli.Rendering;

/// <summary>What is known of a stage at one moment.</summary>
/// <param name="Name">What is being done.</param>
/// <param name="State">Whether it still is.</param>
/// <param name="Bytes">Bytes done.</param>
/// <param name="Total">Bytes in all; null when nobody knows.</param>
/// <param name="BytesPerSecond">While it runs the smoothed speed, null before there is one; afterwards the mean of the whole stage.</param>
/// <param name="Elapsed">Time since it began.</param>
internal sealed record StageView(string Name, StageState State, long Bytes, long? Total, double? BytesPerSecond, TimeSpan Elapsed)
{
    /// <summary>Seconds left at this speed; null when the total or the speed is not known, or nothing moves.</summary>
    public long? SecondsLeft => this is { State: StageState.Running, Total: { } total, BytesPerSecond: >= 1 and { } speed }
        ? (long)Math.Ceiling(Math.Max(0, total - Bytes) / speed)
        : null;
}
