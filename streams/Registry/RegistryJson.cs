using System.Text.Json.Serialization;

namespace Handcarry.Streams.Registry;

/// <summary>The JSON of the distribution protocol, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OciError.ErrorBody))]
internal sealed partial class RegistryJson : JsonSerializerContext;
