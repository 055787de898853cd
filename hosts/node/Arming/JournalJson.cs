using System.Text.Json.Serialization;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>How the journal is written.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(JournalContent))]
internal sealed partial class JournalJson : JsonSerializerContext;
