using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>The closed set of names an entry of a bundle can have. No other name is ever looked at, so none can name a path.</summary>
internal static class EntryName
{
    public const string Metadata = "metadata.json";
    public const string Layout = "oci-layout";
    public const string Index = "index.json";
    private const string BlobPrefix = "blobs/sha256/";

    public static string Of(Digest blob) => BlobPrefix + blob.Hex;

    public static bool IsKnown(string name) =>
        name is Metadata or Layout or Index
        || (name.StartsWith(BlobPrefix, StringComparison.Ordinal) && Digest.TryParseHex(name[BlobPrefix.Length..], out _));
}
