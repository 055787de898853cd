namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>load</c>: how images get into the container runtime.</summary>
public sealed record LoadOptions
{
    /// <summary><c>load.store</c>, default <c>/var/lib/handcarry/store</c>: the published image store, below <c>node.root</c>.</summary>
    public string Store { get; init; } = "/var/lib/handcarry/store";

    /// <summary>
    /// <c>load.publish</c>, default <c>afterProof</c>: when the runtime sees a sealed store. <c>afterMount</c> shows it at once and takes it back when a layer turns out to be wrong;
    /// until then a container may run from it.
    /// </summary>
    public PublishMoment Publish { get; init; } = PublishMoment.AfterProof;

    /// <summary><c>load.skopeo</c>, default <c>skopeo</c>: the program, by name or absolute path as this process sees it.</summary>
    public string Skopeo { get; init; } = "skopeo";

    /// <summary><c>load.podman</c>, default <c>podman</c>: the program, by name or absolute path as this process sees it.</summary>
    public string Podman { get; init; } = "podman";
}
