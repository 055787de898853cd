using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// JSON of the bundle format: camelCase, no indentation, so that the same records always give the same bytes. Members that occur twice,
/// are missing, or are unknown are refused; only metadata.json may have unknown ones.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(BundleMetadata))]
[JsonSerializable(typeof(BundleInventory))]
[JsonSerializable(typeof(LayoutIndex))]
internal sealed partial class BundleJson : JsonSerializerContext
{
    /// <summary>The one to use. Media types keep their plus sign; nothing here is ever put into a web page.</summary>
    public static BundleJson Strict { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 16,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
