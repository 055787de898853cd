using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Verification;

/// <summary>What a bundle says of itself; with <c>-o json</c> exactly this is printed.</summary>
internal sealed record InspectedBundle
{
    /// <summary>OpenShift version.</summary>
    public required string Version { get; init; }

    /// <summary>Architecture as release names spell it.</summary>
    public required string Arch { get; init; }

    /// <summary>The release image by digest.</summary>
    public required string Release { get; init; }

    /// <summary>Versions from which an upgrade to this one is supported.</summary>
    public required IReadOnlyList<string> Previous { get; init; }

    /// <summary>Update channels of the release.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>How many images, the release image among them.</summary>
    public required int Images { get; init; }

    /// <summary>Images that are not part of the release.</summary>
    public required IReadOnlyList<string> Extra { get; init; }

    /// <summary>Handcarry's own agent among them; null when there is none.</summary>
    public AgentImage? Agent { get; init; }

    /// <summary>Bytes of the whole bundle.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes of all distinct layers, decompressed.</summary>
    public required long UnpackedSize { get; init; }

    /// <summary>layers, sealed or both.</summary>
    public required string Store { get; init; }

    /// <summary>Bytes of the sealed store; null when there is none.</summary>
    public required long? SealedStoreSize { get; init; }

    /// <summary>Images whose layers are here.</summary>
    public required IReadOnlyList<string> LayersOf { get; init; }

    /// <summary>How many sigstore attachments there are.</summary>
    public required int Attachments { get; init; }

    /// <summary>The digest that commits to all of it.</summary>
    public required Digest Commitment { get; init; }

    /// <summary>The file or device, or the parts in order.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>How many signatures of the release there are.</summary>
    public required int Signatures { get; init; }

    /// <summary>What became of verifying them; null when no keyring was given.</summary>
    public required InspectedVerdict? SignatureVerdict { get; init; }

    /// <summary>The signatures of engineers.</summary>
    public required IReadOnlyList<InspectedSigner> SignedBy { get; init; }

    /// <summary>What is lacking.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>All images, when they were asked for.</summary>
    public IReadOnlyList<InspectedImage>? ImageList { get; init; }
}
