using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>Something about a bundle that is not as it must be.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Sentence">What is wrong, where, and what to do.</param>
public sealed record BundleViolation(string Reason, string Sentence)
{
    /// <summary>The blob concerned, when it is one.</summary>
    public Digest? Blob { get; init; }

    /// <summary>The image concerned; of a blob that several need, the first that becomes complete.</summary>
    public string? Image { get; init; }

    /// <summary>Where, in bytes from the start of the bundle (of all parts together), when it is at a place.</summary>
    public long? Offset { get; init; }

    internal static BundleViolation Of(ContentException e) => new(e.Reason, e.Message) { Blob = e.Digest, Offset = e.Offset };
}
