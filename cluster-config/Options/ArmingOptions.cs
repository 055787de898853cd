namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>arming</c>: what the node's runtime is made ready for. The store is <c>load.store</c>, the mirror's port <c>data.loopbackPort</c>.</summary>
public sealed record ArmingOptions
{
    /// <summary><c>arming.sources</c>, default none: the repositories that images of bundles come from; with none, those of OpenShift's releases.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];
}
