using System.Text.Json.Serialization;

namespace Handcarry.Streams.Signatures;

[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(ContainerSignature))]
internal sealed partial class SignatureJson : JsonSerializerContext;
