namespace Handcarry.Streams.Signatures;

/// <summary>Where signatures of releases are kept: a URL or a folder. <see cref="SignatureStores"/> says what is looked for in it.</summary>
public sealed record SignatureStore
{
    private SignatureStore(Uri? url, string? folder) => (Url, Folder) = (url, folder);

    /// <summary>
    /// The publisher's own, two copies of the same (openshift/cluster-update-keys, manifests.rhel/0000_90_cluster-update-keys_configmap.yaml).
    /// </summary>
    public static IReadOnlyList<SignatureStore> Public { get; } =
    [
        Parse("https://storage.googleapis.com/openshift-release/official/signatures/openshift/release"),
        Parse("https://mirror.openshift.com/pub/openshift-v4/signatures/openshift/release"),
    ];

    /// <summary>The URL, <c>http</c> or <c>https</c>; null for a folder.</summary>
    public Uri? Url { get; }

    /// <summary>The path of the folder; null for a URL.</summary>
    public string? Folder { get; }

    /// <summary>A store as people write it: what begins with <c>http://</c> or <c>https://</c> is a URL, all else is the path of a folder.</summary>
    public static SignatureStore Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
            ? new SignatureStore(url, null)
            : new SignatureStore(null, text);

    /// <inheritdoc/>
    public override string ToString() => Folder ?? Url!.ToString();
}
