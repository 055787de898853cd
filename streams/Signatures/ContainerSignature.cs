using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handcarry.Streams.Signatures;

/// <summary>
/// The text that a release's publisher signs: an "atomic container signature" (containers/image, docs/containers-signature.5.md). Unknown members
/// are refused, as openshift/library-go, pkg/verify does; repeated members and ones in another case too, which it takes.
/// </summary>
internal sealed record ContainerSignature
{
    private const string AtomicType = "atomic container signature";

    [JsonPropertyName("critical")]
    public required CriticalPart Critical { get; init; }

    [JsonPropertyName("optional")]
    public OptionalPart? Optional { get; init; }

    /// <summary>When it was signed; null when that is not said, or is no time that a calendar has.</summary>
    [JsonIgnore]
    public DateTimeOffset? Timestamp =>
        Optional?.Timestamp is { } seconds && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>Reads it; throws <see cref="JsonException"/>.</summary>
    public static ContainerSignature Parse(ReadOnlySpan<byte> text)
    {
        var signature = JsonSerializer.Deserialize(text, SignatureJson.Default.ContainerSignature) ?? throw new JsonException("it says null");
        if (signature.Critical.Type != AtomicType)
            throw new JsonException($"its type is \"{signature.Critical.Type}\", not \"{AtomicType}\"");
        return signature.Critical.Identity.DockerReference.Length > 0 ? signature : throw new JsonException("it names no image");
    }

    internal sealed record CriticalPart
    {
        [JsonPropertyName("type")]
        public required string Type { get; init; }

        [JsonPropertyName("image")]
        public required ImagePart Image { get; init; }

        [JsonPropertyName("identity")]
        public required IdentityPart Identity { get; init; }
    }

    internal sealed record ImagePart
    {
        [JsonPropertyName("docker-manifest-digest")]
        public required string DockerManifestDigest { get; init; }
    }

    internal sealed record IdentityPart
    {
        [JsonPropertyName("docker-reference")]
        public required string DockerReference { get; init; }
    }

    internal sealed record OptionalPart
    {
        [JsonPropertyName("creator")]
        public string? Creator { get; init; }

        [JsonPropertyName("timestamp")]
        public long? Timestamp { get; init; }
    }
}
