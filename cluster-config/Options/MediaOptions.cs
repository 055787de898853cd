namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>media</c>: where media appear.</summary>
public sealed record MediaOptions
{
    /// <summary>
    /// <c>media.folder</c>, default <c>/dev</c>: folder below <c>node.root</c>; block device nodes and files <c>upgrade-*.tar</c> that appear in it are media.
    /// </summary>
    public string Folder { get; init; } = "/dev";
}
