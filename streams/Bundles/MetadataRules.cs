using System.Text.Json;
using System.Text.RegularExpressions;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>What metadata.json must satisfy before anything is decided from it.</summary>
internal static partial class MetadataRules
{
    private const int MaxVersion = 128;
    private const int MaxChannel = 128;
    private const int MaxListed = 10_000;
    private const int MaxSignatures = 100;
    private const int MaxSignature = 1024;
    private static readonly string[] Architectures = [.. Architecture.Released, Architecture.Multi];

    public static BundleMetadata Parse(ReadOnlyMemory<byte> json, BundleLimits limits)
    {
        try
        {
            CheckFormat(json);
            var metadata = Complete(JsonSerializer.Deserialize(json.Span, BundleJson.Strict.BundleMetadata) ?? throw Invalid("it is null"));
            Check(metadata, limits);
            // Only its name among the images is committed to. What "agent" says is for people.
            return metadata with { Agent = AgentImage.Among(metadata.Extra) };
        }
        catch (JsonException e)
        {
            throw Invalid($"it is not the JSON it should be: {e.Message.TrimEnd('.')}", e);
        }
    }

    // Generated deserializers set every init-only property: what is missing is null, not its initial value.
    private static BundleMetadata Complete(BundleMetadata m) =>
        m with { Previous = m.Previous ?? [], Channels = m.Channels ?? [], Extra = m.Extra ?? [], SignedBy = m.SignedBy ?? [] };

    /// <summary>Limits are the reader's, not the format's: whoever configured them can raise them.</summary>
    public static void CheckLimit(string what, long value, long limit)
    {
        if (value > limit)
            throw new ContentException(Reasons.LimitExceeded, $"The bundle has {what} of {value}; at most {limit} are allowed by the configuration.");
    }

    // Before all else: of another format nothing more is known than that it has a number.
    private static void CheckFormat(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("format", out var format)
            || format.ValueKind != JsonValueKind.Number || !format.TryGetInt32(out var number))
            throw Invalid("it has no format number");
        if (number != BundleMetadata.CurrentFormat)
        {
            throw new ContentException(
                Reasons.UnknownFormat,
                $"The bundle has format {number}; this version of Handcarry reads format {BundleMetadata.CurrentFormat}. Use a version that fits.");
        }
    }

    /// <summary>Every rule that a single member has to obey.</summary>
    public static void Check(BundleMetadata m, BundleLimits limits)
    {
        if (!IsVersion(m.Version))
            throw Invalid("\"version\" is no semantic version");
        if (!Architectures.Contains(m.Arch))
            throw Invalid("\"arch\" is none of " + string.Join(", ", Architectures));
        if (m.Size < 0 || m.UnpackedSize < 0)
            throw Invalid("\"size\" or \"unpackedSize\" is negative");
        if (m.Commitment == default)
            throw Invalid("\"commitment\" is missing");
        if (m.InventorySize <= 0)
            throw Invalid("\"inventorySize\" is not positive");
        CheckLimit("an inventory", m.InventorySize, limits.InventoryBytes);
        CheckLimit("a number of images", m.Images.Count, limits.Images);
        var images = Distinct("images", m.Images, limits.Images, static name => ImageName.TryParse(name, out _));
        var extra = Distinct("extra", m.Extra, limits.Images, images.Contains);
        if (m.Release is null || !images.Contains(m.Release) || extra.Contains(m.Release))
            throw Invalid("\"release\" is not among its images");
        if (m.SignedBy.Count > MaxSignatures || m.SignedBy.Any(static s => s is null || s.KeyId == default || s.Algorithm is null || s.Value is not { Length: > 0 and <= MaxSignature })
            || m.SignedBy.DistinctBy(static s => s.KeyId).Count() < m.SignedBy.Count)
            throw Invalid($"\"signedBy\" is not a list of at most {MaxSignatures} signatures by different keys");
        _ = Distinct("previous", m.Previous, MaxListed, IsVersion);
        _ = Distinct("channels", m.Channels, MaxListed, static c => c.Length <= MaxChannel && Channel().IsMatch(c));
    }

    private static HashSet<string> Distinct(string member, IReadOnlyList<string> items, int limit, Func<string, bool> valid)
    {
        CheckLimit($"a number of {member}", items.Count, limit);
        var distinct = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            // Elements may be null: nullability of elements is not enforced by the serializer.
            if (items[i] is not { } item || !valid(item))
                throw Invalid($"\"{member}\" number {i} is not what it should be");
            if (!distinct.Add(item))
                throw Invalid($"\"{member}\" number {i} is there twice");
        }
        return distinct;
    }

    /// <summary>Whether that is a semantic version.</summary>
    public static bool IsVersion(string version) => version is { Length: <= MaxVersion } && SemanticVersion().IsMatch(version);

    private static ContentException Invalid(string why, Exception? inner = null) =>
        new(Reasons.InvalidBundle, $"The bundle's metadata.json is invalid: {why}. Build the bundle again.", inner);

    // semver.org, "Is there a suggested regular expression".
    [GeneratedRegex(@"\A(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?\z")]
    private static partial Regex SemanticVersion();

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9._-]*\z")]
    private static partial Regex Channel();
}
