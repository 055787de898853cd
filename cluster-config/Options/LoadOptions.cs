namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>load</c>: how images get into the container runtime.</summary>
public sealed record LoadOptions
{
    /// <summary>Value of <see cref="Runtime"/> and of <see cref="Strategy"/>: what the node shows decides.</summary>
    public const string Auto = "auto";

    /// <summary>Value of <see cref="Runtime"/>.</summary>
    public const string Crio = "crio", Containerd = "containerd", None = "none";

    /// <summary>Value of <see cref="Strategy"/>.</summary>
    public const string AdditionalStore = "store", CriPull = "cri-pull";

    /// <summary><c>load.store</c>, default <c>/var/lib/handcarry/store</c>: the published image store, below <c>node.root</c>. What was published before it is seen at the same path with <c>-2</c>.</summary>
    public string Store { get; init; } = "/var/lib/handcarry/store";

    /// <summary>
    /// <c>load.runtimeStorage</c>, default empty: the folder of the runtime's own storage below <c>node.root</c>, in which images and containers are looked for before a store goes; empty
    /// for what the runtime says (CRI ImageFsInfo), or when it cannot be asked, its configuration.
    /// </summary>
    public string RuntimeStorage { get; init; } = "";

    /// <summary>
    /// <c>load.runtime</c>, default <c>auto</c>: the container runtime that is asked whether it has the images, <c>crio</c>, <c>containerd</c>, <c>none</c> when only the
    /// container tools are asked, or <c>auto</c> for the one whose socket is there, or else the one that is installed.
    /// </summary>
    public string Runtime { get; init; } = Auto;

    /// <summary><c>load.socket</c>, default empty: the runtime's socket below <c>node.root</c>; empty for the usual one of the runtime.</summary>
    public string Socket { get; init; } = "";

    /// <summary>
    /// <c>load.strategy</c>, default <c>auto</c>: <c>store</c> for an additional image store, <c>cri-pull</c> to have the runtime pull from this node's own mirror, or <c>auto</c>
    /// for <c>cri-pull</c> on containerd and <c>store</c> elsewhere.
    /// </summary>
    public string Strategy { get; init; } = Auto;

    /// <summary>
    /// <c>load.publish</c>, default <c>afterProof</c>: when the runtime sees a sealed store. <c>afterMount</c> shows it at once and takes it back when a layer turns out to be wrong;
    /// until then a container may run from it.
    /// </summary>
    public PublishMoment Publish { get; init; } = PublishMoment.AfterProof;

    /// <summary>Value of <see cref="ProofFloor"/> unless set: 10 GB of layers, those of a release, are proved within ten minutes.</summary>
    public const long DefaultProofFloor = 16_000_000;

    /// <summary>
    /// <c>load.proofFloor</c>, default 16 MB: bytes a second that the proof of a sealed store makes at least. It runs when nobody else wants the cores and the disk; when that is slower than this, it asks for its
    /// share step by step. 0 has it always wait for everybody.
    /// </summary>
    public long ProofFloor { get; init; } = DefaultProofFloor;

    /// <summary><c>load.skopeo</c>, default <c>skopeo</c>: the program, by name or absolute path as this process sees it.</summary>
    public string Skopeo { get; init; } = "skopeo";

    /// <summary><c>load.podman</c>, default <c>podman</c>: the program, by name or absolute path as this process sees it.</summary>
    public string Podman { get; init; } = "podman";
}
