namespace Handcarry.Lab.Release;

/// <summary>A release that was made: blobs in a folder, and what refers to them.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Blobs">Its blobs.</param>
/// <param name="ReleaseImage">The release image.</param>
/// <param name="Payload">The payload images, by tag, ordinal order.</param>
internal sealed record MadeRelease(ReleaseOptions Options, BlobFolder Blobs, MadeImage ReleaseImage, IReadOnlyList<MadeImage> Payload)
{
    /// <summary>Tag of the image whose program tells the release it came in.</summary>
    public const string ProgramTag = "cli";

    /// <summary>That program.</summary>
    public const string Program = "/usr/bin/release-version";

    /// <summary>All images, the release image first.</summary>
    public IReadOnlyList<MadeImage> Images => [ReleaseImage, .. Payload];

    /// <summary>The image with the program.</summary>
    public MadeImage ProgramImage => Payload.Single(static image => image.Tag == ProgramTag);

    /// <summary>Every distinct layer.</summary>
    public IEnumerable<Layer> Layers => Images.SelectMany(static image => image.Layers).Distinct();

    /// <summary>Bytes of all distinct layers, decompressed.</summary>
    public long UnpackedSize => Layers.Sum(static layer => layer.UnpackedSize);

    /// <summary>What the program prints.</summary>
    public string ProgramOutput => OutputOf(Options);

    internal static string OutputOf(ReleaseOptions options) => $"{ProgramTag} of release {options.Version} ({options.Arch})";
}
