using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// Sigstore signatures of an image as registries keep them: a manifest under the tag <c>sha256-&lt;hex&gt;.sig</c> of the image's repository
/// (reference/openshift.md section 2.7). Runtimes ask for it there, so a node that serves the image serves this too.
/// </summary>
/// <param name="Subject">The image, or one instance of a list, that is signed.</param>
/// <param name="Manifest">The manifest under that tag.</param>
/// <param name="Blobs">Its configuration and its layers.</param>
public sealed record BundleAttachment(ImageName Subject, Descriptor Manifest, IReadOnlyList<Descriptor> Blobs)
{
    /// <summary>The tag under which the attachments of the image with this digest are kept.</summary>
    public static string TagOf(Digest subject) => $"sha256-{subject.Hex}.sig";
}
