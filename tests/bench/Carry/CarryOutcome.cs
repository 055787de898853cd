namespace Handcarry.Bench.Carry;

/// <summary>How a simulated carrying went; seconds of virtual time.</summary>
/// <param name="Optimum">What the slowest device that all depend on takes once.</param>
/// <param name="Seconds">Until every node had every blob.</param>
/// <param name="FastSeconds">Until every node with a good link had.</param>
/// <param name="Epochs">How many plans there were.</param>
internal sealed record CarryOutcome(double Optimum, double Seconds, double FastSeconds, long Epochs)
{
    /// <summary>Time over optimum, of the nodes with good links.</summary>
    public double OverOptimum => FastSeconds / Optimum;
}
