using System.Text.Json.Serialization;

namespace Handcarry.Streams.Registry;

/// <summary>The JSON of the distribution protocol and of what was pushed, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OciError.ErrorBody))]
[JsonSerializable(typeof(ManifestAnswers.TagList))]
[JsonSerializable(typeof(ManifestAnswers.ReferrerIndex))]
[JsonSerializable(typeof(PushedManifests.Entries))]
internal sealed partial class RegistryJson : JsonSerializerContext;
