using System.Diagnostics.CodeAnalysis;

namespace Handcarry.Streams.Signatures;

/// <summary>What became of verifying signatures of a release. A value, never an exception: what is wrong with a signature is for people to read.</summary>
/// <param name="Reason">Null when valid, otherwise one of <see cref="Content.Reasons"/>.</param>
/// <param name="Sentence">What was found, for people.</param>
public sealed record SignatureVerdict(string? Reason, string Sentence)
{
    /// <summary>Whether the release is vouched for.</summary>
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool Valid => Reason is null;

    /// <summary>
    /// The fingerprints of the keys that vouch for the release, upper-case hex, of the subkey where a subkey has signed; empty when not valid.
    /// </summary>
    public IReadOnlyList<string> Signers { get; init; } = [];

    /// <summary>
    /// The name under which the release was signed, such as <c>quay.io/openshift-release-dev/ocp-release:4.18.1-x86_64</c>; null when not valid.
    /// A cluster does not compare it with anything.
    /// </summary>
    public string? DockerReference { get; init; }

    /// <summary>When the release was signed, as the signed text says; null when it does not say so.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}
