using Handcarry.Streams.Content;

namespace Handcarry.Streams.Releases;

/// <summary>One image of a release.</summary>
/// <param name="Tag">What it is, such as <c>etcd</c>; unique within a release.</param>
/// <param name="Name">The image by digest; two tags may name the same.</param>
public sealed record PayloadImage(string Tag, ImageName Name)
{
    /// <summary>
    /// Whether it is the operating system of the nodes, or its extensions: rpm-ostree asks a registry for these whatever is in local storage
    /// (reference/openshift.md sections 1.6 and 3.1).
    /// </summary>
    public bool IsOperatingSystem => Tag == "machine-os-content" || Tag.Contains("coreos", StringComparison.Ordinal);
}
