namespace Handcarry.Hosts.Node.Arming;

/// <summary>What arming or disarming has come to.</summary>
/// <param name="Made">The paths that were changed now.</param>
/// <param name="Left">What was not put back.</param>
/// <param name="Owed">Which services must still be told; the same command does it when it is allowed.</param>
/// <param name="Waiting">Why they were not told, as a sentence.</param>
public sealed record ArmingOutcome(IReadOnlyList<string> Made, IReadOnlyList<LeftAsItIs> Left, IReadOnlyList<ServiceAction> Owed, string? Waiting)
{
    /// <summary>Digests of the sealed stores that were withdrawn first.</summary>
    public IReadOnlyList<string> Withdrawn { get; init; } = [];
}
