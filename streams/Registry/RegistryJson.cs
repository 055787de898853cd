using System.Text.Json.Serialization;

namespace Handcarry.Streams.Registry;

/// <summary>The JSON of the distribution protocol, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OciError.ErrorBody))]
[JsonSerializable(typeof(ListAnswers.TagList))]
[JsonSerializable(typeof(ListAnswers.ReferrerList))]
internal sealed partial class RegistryJson : JsonSerializerContext;
