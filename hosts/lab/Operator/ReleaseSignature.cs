using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handcarry.Lab.Operator;

/// <summary>
/// What a release signature says: the "atomic container signature" of containers/image, read as openshift/library-go, pkg/verify does, unknown members refused.
/// </summary>
internal sealed record ReleaseSignature
{
    private static readonly JsonSerializerOptions Strict = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    [JsonPropertyName("critical")]
    public required CriticalPart Critical { get; init; }

    [JsonPropertyName("optional")]
    public OptionalPart? Optional { get; init; }

    /// <summary>Null when the text vouches for <paramref name="digest"/>, otherwise why it does not.</summary>
    public static string? Check(byte[] text, string digest)
    {
        ReleaseSignature? signature;
        try
        {
            signature = JsonSerializer.Deserialize<ReleaseSignature>(text, Strict);
        }
        catch (JsonException failure)
        {
            return $"the signature is not valid JSON: {failure.Message}";
        }
        if (signature?.Critical.Type != "atomic container signature")
            return "signature is not the correct type";
        if (signature.Critical.Identity.DockerReference.Length == 0)
            return "signature must have an identity";
        return signature.Critical.Image.DockerManifestDigest == digest ? null : "signature digest does not match";
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
