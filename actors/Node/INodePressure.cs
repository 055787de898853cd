namespace Handcarry.Actors.Node;

/// <summary>Tells how hard the rest of the node has it, asked every few seconds while something is carried.</summary>
public interface INodePressure
{
    /// <summary>
    /// How long others have waited lately; null when the node does not tell. What the agent itself has waited for is left out as far as the node tells it apart.
    /// Never throws but for <paramref name="cancellationToken"/>.
    /// </summary>
    ValueTask<PressureFacts?> ReadAsync(CancellationToken cancellationToken);
}
