namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>kubernetes</c>: the API server.</summary>
public sealed record KubernetesOptions
{
    /// <summary><c>kubernetes.kubeconfig</c>, default empty: path of a kubeconfig file; empty uses the pod's service account.</summary>
    public string Kubeconfig { get; init; } = "";

    /// <summary><c>kubernetes.namespace</c>, default <c>handcarry</c>: namespace of the leases and of this product's own objects.</summary>
    public string Namespace { get; init; } = "handcarry";
}
