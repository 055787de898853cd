namespace Handcarry.Streams.Bundles.Verification;

/// <summary>What has been found out about a bundle so far.</summary>
internal sealed class BundleFindings
{
    private readonly List<BundleViolation> _violations = [];
    private readonly BundleFile _bundle;
    private readonly string?[] _images;

    public BundleFindings(BundleFile bundle)
    {
        _bundle = bundle;
        _images = new string?[bundle.Inventory.Blobs.Count];
        foreach (var image in bundle.Inventory.Images)
        {
            foreach (var blob in image.Blobs)
                _images[blob] ??= image.Name;
        }
    }

    public IReadOnlyList<BundleViolation> Violations => _violations;

    public List<string> Notes { get; } = [];

    /// <summary>Indexes of the blobs that are what their digests say.</summary>
    public HashSet<int> Intact { get; } = [];

    /// <summary>Indexes of the blobs that could not be read as a whole.</summary>
    public HashSet<int> Unreadable { get; } = [];

    /// <summary>By the index of an intact layer, what it is when decompressed.</summary>
    public Dictionary<int, Task<UnpackedLayer>> Unpacked { get; } = [];

    public void Add(BundleViolation violation) => _violations.Add(violation);

    /// <summary>Adds one about a blob.</summary>
    public void Add(string reason, string sentence, int blob, string? image) =>
        Add(new BundleViolation(reason, sentence) { Blob = _bundle.Inventory.Blobs[blob].Digest, Offset = _bundle.OffsetOf(blob), Image = image });

    /// <summary>The first image that needs a blob; null when none does.</summary>
    public string? ImageOf(int blob) => _images[blob];
}
