namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>arming</c>: what the node's runtime is made ready for. The store is <c>load.store</c>, the mirror's port <c>data.loopbackPort</c>.</summary>
public sealed record ArmingOptions
{
    /// <summary>Values of <see cref="Arm"/>.</summary>
    public const string ByHand = "byHand", ByAgent = "byAgent";

    /// <summary>Values of <see cref="Restart"/>.</summary>
    public const string Never = "never", OneAtATime = "oneAtATime";

    /// <summary><c>arming.arm</c>, default <c>byHand</c>: who makes the changes of <c>handcarry arm</c> on this node, a person or, when it starts, the agent (<c>byAgent</c>).</summary>
    public string Arm { get; init; } = ByHand;

    /// <summary>
    /// <c>arming.restart</c>, default <c>never</c>: whether the agent restarts the container runtime where it has to be: <c>never</c>, or on one healthy node of the cluster at a
    /// time and while no upgrade runs (<c>oneAtATime</c>).
    /// </summary>
    public string Restart { get; init; } = Never;

    /// <summary><c>arming.sources</c>, default none: the repositories that images of bundles come from; with none, those of OpenShift's releases.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];
}
